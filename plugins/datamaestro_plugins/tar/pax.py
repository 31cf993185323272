"""Extended headers: records of keywords and values that apply to the members that follow.

Source: POSIX.1-2017, "pax", section "pax Extended Header"; for ``GNU.sparse``, the manual of GNU
tar, appendix "Storing Sparse Files".
"""

from __future__ import annotations

import math
import re

from datamaestro_plugins.tar.header import LARGEST

MEMBER, GNU = frozenset((b"path", b"linkpath", b"size", b"mtime")), (b"GNU.sparse.", b"GNU.volume.")
"""Keywords that make a difference here, and what others that do begin with."""

OFFSET, LENGTH, MAP = b"GNU.sparse.offset", b"GNU.sparse.numbytes", b"GNU.sparse.map"

LONGEST = 20
"""Digits of a number."""

TIME = re.compile(rb"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")


def parse(data: bytes) -> dict[bytes, bytes]:
    """Return the values of the keywords that matter; one that is empty takes an earlier one away.

    The oldest form of maps, in which keywords are repeated, is turned into the second one.

    Raises:
        ValueError: they are no records.
    """
    found: dict[bytes, bytes] = {}
    regions: list[bytes] = []
    position = 0
    while position < len(data):
        space = data.find(b" ", position, position + LONGEST)
        length = data[position : max(space, position)]
        if not length.isdigit():
            if not data[position:].strip(b"\0"):
                break
            raise ValueError("an extended header has a record without its size")
        stop = position + int(length)
        equals = data.find(b"=", space, stop)
        if data[stop - 1 : stop] != b"\n" or equals < 0:
            raise ValueError("an extended header has a record of another size than it says")
        key = data[space + 1 : equals]
        if key in MEMBER or key.startswith(GNU):
            value = data[equals + 1 : stop - 1]
            if key not in {OFFSET, LENGTH}:
                found[key] = value
            elif (key == LENGTH) == len(regions) % 2:
                regions.append(value)
            else:
                raise ValueError("an extended header has a map without pairs")
        position = stop
    if regions:
        found[MAP] = b",".join(regions)
    return found


def decimal(value: bytes) -> int:
    """Return a number of bytes.

    Raises:
        ValueError: it is none.
    """
    if value.isdigit() and len(value) < LONGEST and int(value) <= LARGEST:
        return int(value)
    raise ValueError(f"{value[:LONGEST]!r} is no number of bytes")


def time(value: bytes) -> float:
    """Return a time in seconds.

    Raises:
        ValueError: it is none.
    """
    if len(value) <= 3 * LONGEST and TIME.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    raise ValueError(f"{value[:LONGEST]!r} is no time")
