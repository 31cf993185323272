"""Archives that expand to far more than anybody has room for, or patience."""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING

from datamaestro.testing.hostile_case import Hostile
from datamaestro.testing.tarring import END, extended, header, record
from datamaestro.testing.zipping import DEFLATED, Entry, ended, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEBI, GIBI, TEBI = 1 << 20, 1 << 30, 1 << 40

MANY = 1_000_000


def tar_bombs() -> Iterator[Hostile]:
    """Iterate over tar archives that need limits."""
    why = "it expands to a thousand times its size"
    yield Hostile("bomb", _write_gzip_bomb, why, suffix=".tar.gz", huge=True)
    why = "it expands to a thousand times its size, and that again"
    yield Hostile("bomb-in-gzip", _write_nested_bomb, why, suffix=".tar.gz", huge=True)
    why = "a file of a tebibyte of nothing but a hole"
    yield Hostile("sparse", _old_sparse() + END, why, huge=True)
    yield Hostile("pax-sparse", _pax_sparse() + END, why, huge=True)
    why = "a million members, in some megabytes"
    yield Hostile("many", _write_many, why, suffix=".tar.gz", huge=True)


def zip_bombs() -> Iterator[Hostile]:
    """Iterate over zip archives that need limits."""
    why = "it expands to a thousand times its size"
    bomb = partial(_write, lambda: zipped(_zeros(GIBI)))
    yield Hostile("bomb", bomb, why, suffix=".zip", huge=True)
    yield Hostile("many", _write_many_zipped, "a million members", suffix=".zip", huge=True)


def deflated_zeros(size: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return zeros, deflated, quickly; with other bytes before and after them.

    Args:
        size: of the zeros, in MiB as a whole.
        before: them.
        after: them.
    """
    state = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = state.compress(before) + state.flush(zlib.Z_FULL_FLUSH)
    block = state.compress(bytes(MEBI)) + state.flush(zlib.Z_FULL_FLUSH)
    return head + block * (size // MEBI) + state.compress(after) + state.flush()


def crc_of_zeros(size: int, crc: int = 0) -> int:
    """Return the CRC-32 of so many zeros, after bytes of which it is known."""
    block = bytes(MEBI)
    for _ in range(size // MEBI):
        crc = zlib.crc32(block, crc)
    return crc


def _write(make: Callable[[], bytes], path: Path) -> None:
    path.write_bytes(make())


def _gzip_bomb() -> bytes:
    head = header(b"zeros", GIBI)
    crc = zlib.crc32(END, crc_of_zeros(GIBI, zlib.crc32(head)))
    trailer = struct.pack("<2L", crc, (len(head) + GIBI + len(END)) & 0xFFFFFFFF)
    return gzip.compress(b"")[:10] + deflated_zeros(GIBI, head, END) + trailer


def _write_gzip_bomb(path: Path) -> None:
    path.write_bytes(_gzip_bomb())


def _write_nested_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(_gzip_bomb()))


def _old_sparse() -> bytes:
    """Return a sparse file in the form of old GNU tar: one byte at the end."""
    region = b"%011o\0%011o\0" % (TEBI - 1, 1)
    size = (b"\x80" + bytes(11))[:4] + TEBI.to_bytes(8, "big")
    rest = bytes(41) + region.ljust(96, b"\0") + b"\0" + size
    return header(b"a", 1, b"S", magic=b"ustar  ", rest=rest) + b"x".ljust(512, b"\0")


def _pax_sparse() -> bytes:
    records = {b"major": b"1", b"minor": b"0", b"name": b"a", b"realsize": b"%d" % TEBI}
    text = b"".join(record(b"GNU.sparse." + key, value) for key, value in records.items())
    return extended(text) + header(b"a", 512) + b"0\n".ljust(512, b"\0")


def _write_many(path: Path) -> None:
    """Write empty files, whose headers differ in their names and checksums."""
    first = header(b"000000")
    rest, total = first[156:], int(first[148:154], 8) - sum(b"000000")
    with gzip.open(path, "wb", compresslevel=1) as file:
        for thousand in range(0, MANY, 1000):
            names = [b"%06d" % each for each in range(thousand, thousand + 1000)]
            file.write(
                b"".join(
                    name + first[6:148] + b"%06o\0 " % (total + sum(name)) + rest for name in names
                )
            )
        file.write(END)


def _zeros(size: int) -> Entry:
    return Entry(
        b"zeros", packed=deflated_zeros(size), method=DEFLATED, size=size, crc=crc_of_zeros(size)
    )


def _write_many_zipped(path: Path) -> None:
    """Write empty members; quicker than ``zipped`` does."""
    entry = Entry(b"000000", b"")
    header, listed = entry.header()[:-6], entry.listed(0, 0)[:-10]
    body, directory = bytearray(), bytearray()
    for each in range(MANY):
        name = b"%06d" % each
        directory += listed + len(body).to_bytes(4, "little") + name
        body += header + name
    path.write_bytes(ended(body, directory, MANY))
