"""Parts of zip archives, also of such as no program makes."""

from __future__ import annotations

import struct
import zlib

from attrs import frozen

UNIX, DOS = 3, 0
STORED, DEFLATED = 0, 8
UTF_8, ENCRYPTED = 0x800, 1
DATE = 33
"""1 January 1980."""

FILE, SYMLINK, FOLDER = 0o100644, 0o120777, 0o040755


@frozen
class Entry:
    """A member; whatever is None is as it should be.

    Args:
        name: in the directory.
        content: of it.
        mode: of Unix.
        system: on which it was made.
        method: of compression.
        flags: general purpose bit flags.
        packed: what is stored.
        size: of the content, as the archive says it.
        crc: CRC-32 of the content, as the archive says it.
        local: name in the local header.
        start: of the local header, as the directory says it.
        disk: on which it is, as the directory says it.
        extra: further fields, in the directory.
    """

    name: bytes
    content: bytes = b"content"
    mode: int = FILE
    system: int = UNIX
    method: int = STORED
    flags: int = UTF_8
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    local: bytes | None = None
    start: int | None = None
    disk: int = 0
    extra: bytes = b""

    @property
    def stored(self) -> bytes:
        """What is stored."""
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == DEFLATED else self.content

    def facts(self, stored: int) -> bytes:
        """Return what both headers have: version, flags, method, time, CRC-32 and sizes."""
        size = len(self.content) if self.size is None else self.size
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        return struct.pack("<5H3L", 20, self.flags, self.method, 0, DATE, crc, stored, size)

    def header(self) -> bytes:
        """Return the local header."""
        name = self.name if self.local is None else self.local
        return b"PK\3\4" + self.facts(len(self.stored)) + struct.pack("<2H", len(name), 0) + name

    def listed(self, start: int, stored: int) -> bytes:
        """Return the entry in the directory."""
        lengths = struct.pack("<4H", len(self.name), len(self.extra), 0, self.disk)
        places = struct.pack("<H2L", 0, self.mode << 16 if self.system == UNIX else 0, start)
        facts = bytes((63, self.system)) + self.facts(stored) + lengths + places
        return b"PK\1\2" + facts + self.name + self.extra


def deflated(content: bytes) -> bytes:
    """Return content, deflated."""
    return zlib.compress(content, 9, -15)


def ended(
    body: bytes | bytearray, directory: bytes | bytearray, count: int, *, disk: int = 0
) -> bytes:
    """Return an archive of members and their directory, with a large end where it is needed.

    Args:
        body: the members.
        directory: their entries.
        count: of entries, as the end says it.
        disk: on which the directory is.
    """
    end, large, size, start = b"", min(count, 0xFFFF), len(directory), len(body)
    if count > large:
        end = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, size, start)
        end += b"PK\6\7" + struct.pack("<LQL", 0, start + size, 1)
    end += b"PK\5\6" + struct.pack("<4H2LH", disk, disk, large, large, size, start, 0)
    return b"".join((body, directory, end))


def zipped(*entries: Entry, count: int | None = None, disk: int = 0) -> bytes:
    """Return an archive of members.

    Args:
        entries: in their order.
        count: of them, as the end says it; None: as many as there are.
        disk: on which the directory is.
    """
    body, directory = bytearray(), bytearray()
    for entry in entries:
        stored = entry.stored
        directory += entry.listed(len(body) if entry.start is None else entry.start, len(stored))
        body += entry.header()
        body += stored
    known = len(entries) if count is None else count
    return ended(body, directory, known, disk=disk)


def link(name: bytes, target: bytes) -> Entry:
    """Return a symbolic link."""
    return Entry(name, target, SYMLINK)


def folder(name: bytes) -> Entry:
    """Return a folder."""
    return Entry(name, b"", FOLDER)


def overlapping(count: int, content: bytes) -> bytes:
    """Return an archive whose members share one content, as each quotes the headers after its own.

    Source: David Fifield, "A better zip bomb", WOOT 2019.

    Args:
        count: of members.
        content: of the last one.
    """
    entries = [Entry(b"%04d" % (count - 1), content, packed=deflated(content), method=DEFLATED)]
    for each in range(count - 2, -1, -1):
        after = entries[0]
        quoted = after.header()
        block = b"\0" + struct.pack("<2H", len(quoted), len(quoted) ^ 0xFFFF) + quoted
        entry = Entry(
            b"%04d" % each,
            quoted + after.content,
            packed=block + after.stored,
            method=DEFLATED,
        )
        entries.insert(0, entry)
    body, directory = entries[0].header() + entries[0].stored, b""
    for entry in entries:
        start = len(body) - len(entry.header()) - len(entry.stored)
        directory += entry.listed(start, len(entry.stored))
    return ended(body, directory, count)
