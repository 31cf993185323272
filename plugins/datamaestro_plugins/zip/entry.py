"""Entries of a zip archive's directory.

Sources: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.12; for further fields, Info-ZIP's
``proginfo/extrafld.txt``.
"""

from __future__ import annotations

import functools
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from struct import Struct
from typing import TYPE_CHECKING
from zlib import crc32

from attrs import define

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro_hookspecs.unpackers import Kind

ENTRY = Struct("<4s2B2B4H3L5H2L")
ENTRY_MAGIC = b"PK\1\2"

UNIX, DARWIN, DOS = 3, 19, 0
"""Systems on which archives are made."""

ENCODING = "cp437"
"""Of names of which nothing else is said (APPNOTE.TXT, appendix D)."""

UTF_8 = 0x800
"""The flag that a name is in UTF-8."""

IN_EXTRA = 0xFFFFFFFF
"""What stands for a number that is in a further field (zip64)."""

ZIP64, NTFS, TIMESTAMP, UNICODE_PATH = 0x0001, 0x000A, 0x5455, 0x7075

SECONDS_BEFORE_1970 = 11_644_473_600
"""Since 1601, when NTFS begins to count."""

SHOWN = 100
"""Characters of a name that are shown."""


@define(eq=False)
class Entry:
    """What the directory says of a member.

    Args:
        index: among all.
        raw: its name as it stands there.
        name: decoded.
        flags: general purpose bit flags.
        method: of compression.
        crc: CRC-32 of its content.
        stored: bytes of it in the archive.
        size: bytes of its content.
        start: of its local header in the file.
        system: on which it was made.
        mode: of Unix, where it was made there; else 0.
        mtime: when it was changed, in seconds since 1970.
    """

    index: int
    raw: bytes
    name: str
    flags: int
    method: int
    crc: int
    stored: int
    size: int
    start: int
    system: int
    mode: int
    mtime: float | None

    @property
    def where(self) -> str:
        """The member, for messages."""
        return f"member {self.name[:SHOWN]!a}{'...' if len(self.name) > SHOWN else ''}"

    @property
    def kind(self) -> Kind:
        """What it is."""
        kind = stat.S_IFMT(self.mode)
        if kind == stat.S_IFLNK:
            return "symlink"
        if kind == stat.S_IFDIR or self.name.endswith("/"):
            return "folder"
        return "file" if kind in {0, stat.S_IFREG} else "device"


def name_of(
    raw: bytes, flags: int, system: int, extras: dict[int, bytes], encoding: str | None
) -> str:
    """Return a name as it is meant.

    Args:
        raw: as it stands in the directory.
        flags: of the entry.
        system: on which it was made.
        extras: its further fields.
        encoding: of names that are not said to be in UTF-8; None: those of Unix are taken as they
            are, as its own programs do, and others for the format's.

    Raises:
        ContentError: it is in another encoding.
    """
    if flags & UTF_8:
        return raw.decode("utf-8", "surrogateescape")
    path = extras.get(UNICODE_PATH, b"")
    if path[:1] == b"\1" and path[1:5] == crc32(raw).to_bytes(4, "little"):
        with suppress(UnicodeDecodeError):  # as by Info-ZIP, of a name with DEL in it
            return path[5:].decode()
    if encoding is None and system in {UNIX, DARWIN}:
        return os.fsdecode(raw)
    try:
        return raw.decode(encoding or ENCODING)
    except UnicodeDecodeError as error:
        raise ContentError(
            f"member {raw[:SHOWN]!r}: its name is not in {encoding}",
            hint="the option encoding says another encoding",
        ) from error


def extras_of(data: bytes) -> dict[int, bytes]:
    """Return the further fields of an entry; of several with one number, the first.

    What is no field is left out, as some programs fill up with anything.
    """
    found: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(data):
        number = data[position] | data[position + 1] << 8
        stop = position + 4 + (data[position + 2] | data[position + 3] << 8)
        if stop <= len(data):
            found.setdefault(number, data[position + 4 : stop])
        position = stop
    return found


def numbers_of(extra: bytes | None, *numbers: int) -> Iterator[int]:
    """Yield numbers of an entry, those of a further field where that has them (zip64).

    Raises:
        ValueError: it has them not.
    """
    position = 0
    for each in numbers:
        if each == IN_EXTRA and extra is not None:
            if position + 8 > len(extra):
                raise ValueError("its further field of large numbers is damaged")
            yield int.from_bytes(extra[position : position + 8], "little")
            position += 8
        else:
            yield each


def time_of(date: int, time: int, extras: dict[int, bytes]) -> float | None:
    """Return when a member was changed, in seconds since 1970; None where that is not known."""
    stamp = extras.get(TIMESTAMP, b"")
    if len(stamp) >= 5 and stamp[0] & 1:
        return int.from_bytes(stamp[1:5], "little", signed=True)
    ntfs = extras.get(NTFS, b"")
    if ntfs[4:8] == b"\1\0\x18\0" and len(ntfs) >= 16:
        return int.from_bytes(ntfs[8:16], "little") / 10_000_000 - SECONDS_BEFORE_1970
    return _dos_time(date, time)


@functools.lru_cache(4096)
def _dos_time(date: int, time: int) -> float | None:
    """Return the time in a format without a time zone, taken for UTC."""
    day = (date >> 9) + 1980, date >> 5 & 15, date & 31
    try:
        return datetime(*day, time >> 11, time >> 5 & 63, time % 32 * 2, tzinfo=UTC).timestamp()
    except ValueError:
        return None
