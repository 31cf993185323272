"""Headers of tar archives: blocks of 512 bytes, of V7, POSIX (ustar) and GNU.

Sources: POSIX.1-2017, "pax", section "ustar Interchange Format"; GNU tar's ``tar.h``.
"""

from __future__ import annotations

import functools
from struct import Struct
from zlib import adler32

from attrs import define

from datamaestro_hookspecs.errors import ContentError

BLOCK = 512
"""Bytes of a header; content is filled up to a multiple of that."""

SPACE = ord(" ")
"""Eight of them stand for the checksum while it is made."""

LARGEST = 2**63 - 1
"""Bytes of a file that any system can have."""

SHOWN = 100
"""Characters of a name that are shown."""

FIELDS = Struct("100s8s16x12s12s8sc100s8s80x155s8x4s")
"""Name, mode, size, mtime, checksum, type, link, magic, prefix, star's mark."""

GNU = b"ustar  \0"
"""The magic of GNU tar, whose headers have something else where others have a prefix."""

MAGIC = slice(257, 265)
"""Where it is."""

STAR = 131
"""Bytes of a prefix in headers of the program star, where times follow it."""


@define(eq=False)
class Header:
    """What a header says of a member.

    Args:
        type: one byte.
        name: whole, with its prefix.
        size: of what follows, in bytes.
        executable: whether anybody may run it.
        mtime: in seconds since 1970.
        link: what it leads to.
        offset: of the header in the archive, in bytes.
    """

    type: bytes
    name: bytes
    size: int
    executable: bool
    mtime: float
    link: bytes
    offset: int

    @property
    def where(self) -> str:
        """The member, for messages."""
        return f"member {quoted(self.name)} at byte {self.offset:,}"


def quoted(name: bytes) -> str:
    """Return a name as it is shown: on one line, and not too long for it."""
    shown = ascii(name.decode("utf-8", "surrogateescape")[:SHOWN])
    return shown if len(name) <= SHOWN else f"{shown}..."


def parse(block: bytes, offset: int) -> Header:
    """Return what a block says, if it is a header.

    Args:
        block: of 512 bytes.
        offset: of it in the archive.

    Raises:
        ContentError: it is none, or something in it is no number.
    """
    name, mode, size, mtime, checksum, kind, link, magic, prefix, star = FIELDS.unpack(block)
    # Of so few bytes, the first half of Adler's checksum is their sum plus 1; sum() takes long.
    first, second, third = adler32(block[:148]), adler32(block[156:384]), adler32(block[384:])
    total = (first & 0xFFFF) + (second & 0xFFFF) + (third & 0xFFFF) - 3 + 8 * SPACE
    if checksum != b"%06o\0 " % total and not _is_sum(checksum, total, block):
        raise ContentError(
            f"there is no tar header at byte {offset:,}" if offset else "it is no tar archive",
            hint="it is damaged, or something else",
        )
    if not name[-1]:
        name = name[: name.index(0)]
    if not link[-1]:
        link = link[: link.index(0)]
    if prefix[0] and magic[:5] == b"ustar" and magic != GNU:
        prefix = prefix[:STAR] if star == b"tar\0" else prefix
        name = prefix.partition(b"\0")[0] + b"/" + name
    try:
        length, changed = number(size), number(mtime)
        runs = _runs(mode)
    except ValueError as error:
        raise ContentError(f"member {quoted(name)} at byte {offset:,}: {error}") from error
    if not 0 <= length <= LARGEST:
        raise ContentError(f"member {quoted(name)} at byte {offset:,}: its size is {length:,}")
    return Header(kind, name, length, runs, changed, link, offset)


def number(field: bytes) -> int:
    """Return the number in a field: octal digits; or binary, as GNU has it. Of a blank one, 0.

    Raises:
        ValueError: it is no number.
    """
    text = field.strip(b" \0")
    if not text.isdigit():
        if not text:
            return 0
        if field[0] & 0x80:
            value = int.from_bytes(field, "big") - (0x80 << 8 * (len(field) - 1))
            return value if field[0] < 0xC0 else value - (0x80 << 8 * (len(field) - 1))
        text = text.partition(b"\0")[0].strip(b" ")  # what follows the end of a string is rubbish
        text = text if text.isdigit() else b""
    try:
        return int(text, 8)
    except ValueError:
        raise ValueError(f"{field!r} is no number") from None


def _is_sum(field: bytes, total: int, block: bytes) -> bool:
    """Return whether a checksum is the sum of a block's bytes, which some took for signed."""
    try:
        said = number(field)
    except ValueError:
        return False
    return said in {total, total - 256 * sum(byte > 127 for byte in block[:148] + block[156:])}


@functools.lru_cache(256)
def _runs(mode: bytes) -> bool:
    """Return whether a mode lets anybody run a file."""
    return number(mode) & 0o111 != 0
