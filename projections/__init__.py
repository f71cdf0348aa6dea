"""What it looks like: questions over the books whose answers are pictures. All of it is disposable."""
