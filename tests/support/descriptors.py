"""Descriptors that are open."""

from pathlib import Path


def open_descriptors() -> int:
    """Return how many this process has."""
    return len(list(Path("/dev/fd").iterdir()))
