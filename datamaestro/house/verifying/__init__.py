"""Verifying: whether what is on disk is what is on record."""
