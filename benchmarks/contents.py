"""Realistic content for archives: text of which gzip makes a third or less, and much else not."""

from __future__ import annotations

import math
import random
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 20
"""Of a paragraph. gzip makes 1 of 3.4 bytes of shuffled ones, and 1 of 4.8 of whole modules."""

SMALL = 1000, 4000
"""Bytes of a small file, at least and at most."""

TYPICAL, SPREAD, LARGEST = 22_000, 2.0, 32_000_000
"""Bytes of a file among those of mixed sizes: median, how far the logarithms spread, and most."""

COMPRESSED = 0.2
"""How many of the files of mixed sizes are as pictures are: no compression makes them smaller."""


class Text:
    """Text without end: paragraphs of Python's standard library, in an order that is always new.

    The same for each Python, and for each name.

    Args:
        name: of the text; another name, another order.

    """

    def __init__(self, name: str) -> None:
        self._order = random.Random(name)
        self._paragraphs = paragraphs(Path(sysconfig.get_path("stdlib")))
        self._rest = bytearray()

    def read(self, size: int) -> bytes:
        """Return the next bytes, as many as are asked for."""
        while len(self._rest) < size:
            self._order.shuffle(self._paragraphs)
            self._rest += b"".join(self._paragraphs)
        taken = bytes(self._rest[:size])
        del self._rest[:size]
        return taken


def paragraphs(folder: Path) -> list[bytes]:
    """Return all lines of all modules below a folder, some at a time; not what was installed."""
    modules = [path for path in folder.rglob("*.py") if "site-packages" not in path.parts]
    lines = [line for path in sorted(modules) for line in path.read_bytes().splitlines(True)]
    return [b"".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]


def small_files(name: str) -> Iterator[bytes]:
    """Yield short texts, without end."""
    text, sizes = Text(name), random.Random(name)
    while True:
        yield text.read(sizes.randint(*SMALL))


def mixed_files(name: str) -> Iterator[bytes]:
    """Yield texts, and what no compression makes smaller, of all sizes, without end."""
    text, chance = Text(name), random.Random(name)
    while True:
        size = min(int(chance.lognormvariate(math.log(TYPICAL), SPREAD)), LARGEST)
        yield chance.randbytes(size) if chance.random() < COMPRESSED else text.read(size)
