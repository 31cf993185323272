"""Orphans: what lies in the data directory and belongs to nobody is found, and cleared away."""
