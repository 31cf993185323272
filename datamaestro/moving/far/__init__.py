"""A data directory on another computer, as a side: a datamaestro there is asked for all."""
