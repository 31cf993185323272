"""Data sets of organisations."""
