"""Mount points below a folder, so that nothing is done to other file systems."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
PLACE = 4
"""Index of the mount point among the fields of a line (proc(5))."""


def mounts_below(folder: Path) -> list[str]:
    """Return what is mounted below a folder, or at it; none where the system does not tell."""
    try:
        lines = MOUNTS.read_bytes().splitlines()
    except OSError:
        return []
    real = os.path.realpath(folder)
    places = (_unescaped(line.split(b" ")[PLACE]) for line in lines)
    return sorted(place for place in places if place == real or place.startswith(f"{real}/"))


def _unescaped(field: bytes) -> str:
    """Return a path, in which blanks, tabs, line ends and backslashes are octal numbers."""
    plain = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), field)
    return os.fsdecode(plain)
