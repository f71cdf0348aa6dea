"""The specification, in the words of those who use it."""
