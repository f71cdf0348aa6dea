"""The example: the marketing centre of the seed document."""
