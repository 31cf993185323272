"""Keeping house: what is on disk is known, checked, mended and cleared away."""
