"""A data directory of this computer, as a side: what it offers, and what arrives in it."""
