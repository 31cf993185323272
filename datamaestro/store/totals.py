"""How many files a data set has on record, and their bytes, counted without parsing each line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import read_sidecar
from datamaestro.store.regular import open_regular

if TYPE_CHECKING:
    from pathlib import Path

SIZE = re.compile(rb'", "size": (\d+), "mtime_ns": ')
"""What stands once in each line as we write it; in a path, quotes have a backslash before them."""

BLOCK = 1 << 24
"""Bytes that are read at once."""


class Totals(NamedTuple):
    """What files are together.

    Args:
        files: how many, symbolic links too.
        size: the bytes of their contents.
    """

    files: int = 0
    size: int = 0


def totals_of(sidecar: Path) -> Totals:
    """Return what the files on record are together; what cannot be understood is left out.

    Raises:
        StorageError: they cannot be read.
    """
    with storage_errors(sidecar):
        try:
            found = _counted(sidecar)
        except FileNotFoundError:
            return Totals()
        if found is not None:
            return found
        facts = read_sidecar(sidecar).values()
        return Totals(len(facts), sum(fact.size for fact in facts))


def _counted(sidecar: Path) -> Totals | None:
    """Return what is counted; None where a line is not as we write it."""
    files = size = 0
    rest = b""
    with open_regular(sidecar) as file:
        while block := file.read(BLOCK):
            whole, newline, rest = (rest + block).rpartition(b"\n")
            sizes = SIZE.findall(whole)
            if len(sizes) != whole.count(b"\n") + len(newline):
                return None
            files += len(sizes)
            size += sum(map(int, sizes))
    return None if rest else Totals(files, size)
