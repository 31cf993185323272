"""Completion of what a user has begun to type, from the index; no plugin is loaded for it."""
