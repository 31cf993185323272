"""The trash: what is removed goes there, and comes back from there."""
