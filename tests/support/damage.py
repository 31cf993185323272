"""Damage: each byte of a file turned over or zeroed, and the file cut off before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def damaged(path: Path, every: int = 1) -> Iterator[str]:
    """Damage a file in all these ways, one after the other; say how, for who looks at failures.

    At the end it is as it was.

    Args:
        path: of the file.
        every: how far the bytes are from each other that are damaged.
    """
    content = path.read_bytes()
    for place in range(0, len(content), every):
        turned = bytearray(content)
        turned[place] ^= 1 << place % 8
        path.write_bytes(turned)
        yield f"{path.name}: byte {place}, {content[place]:#x}, is {turned[place]:#x}"
        path.write_bytes(content[:place])
        yield f"{path.name}: cut off before byte {place}"
    path.write_bytes(content)
