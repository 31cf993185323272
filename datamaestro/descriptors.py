"""Descriptors: what the operating system may do in part is done whole."""

from __future__ import annotations

import os


def write_all(descriptor: int, block: memoryview | bytes) -> None:
    """Write a whole block to what a descriptor leads to.

    Raises:
        OSError: it cannot be written; a part of it may have been.
    """
    written = os.write(descriptor, block)
    while written < len(block):
        written += os.write(descriptor, memoryview(block)[written:])
