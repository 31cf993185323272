"""The data directory: where things lie, what is there, and how it gets there."""
