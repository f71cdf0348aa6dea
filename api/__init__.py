"""The doors: files, command line, and later HTTP."""
