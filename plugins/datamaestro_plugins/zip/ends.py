"""The end of a zip archive, which says where its directory is.

Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    import io

END = Struct("<4s4H2LH")
END_MAGIC = b"PK\5\6"

END64 = Struct("<4sQ2H2L4Q")
END64_MAGIC = b"PK\6\6"

LOCATOR = Struct("<4sLQL")
LOCATOR_MAGIC = b"PK\6\7"

LONGEST_COMMENT = 0xFFFF

IN_END64 = 0xFFFF, 0xFFFFFFFF
"""What stands for numbers that are in the larger record, by their size."""


@frozen
class Place:
    """Where the directory is.

    Args:
        start: of it in the file, in bytes.
        size: in bytes.
        count: of its entries; of older archives, perhaps the last 16 bits of that.
        before: bytes before the archive itself, such as a program that unpacks it.
    """

    start: int
    size: int
    count: int
    before: int


def find(stream: io.BufferedIOBase) -> Place:
    """Return where the directory of an archive is.

    Raises:
        ContentError: it is no zip archive, or one of several that are only one together.
        EOFError: it ends too early.
    """
    size = stream.seek(0, 2)
    if not size:
        raise ContentError("an empty file is no zip archive")
    start = max(size - END.size - LONGEST_COMMENT, 0)
    tail = _read(stream, start, size - start)
    found = tail.rfind(END_MAGIC, 0, len(tail) - END.size + len(END_MAGIC))
    if found < 0:
        raise ContentError(
            "it is no zip archive, or ends too early", hint="the directory at its end is missing"
        )
    fields = END.unpack_from(tail, found)
    if fields[-1] > len(tail) - found - END.size:
        raise EOFError("the archive ends too early, in its comment")
    end, numbers = start + found, fields[1:-1]
    at = end - LOCATOR.size
    locator = _read(stream, at, LOCATOR.size) if at >= 0 else b""
    if locator.startswith(LOCATOR_MAGIC):
        end, numbers = _larger(stream, at, locator, numbers)
    disk, first_disk, here, count, length, offset = numbers
    if offset == IN_END64[-1] and end == start + found:
        offset = end - length  # zip -fz says that it is elsewhere, and writes it nowhere
    if disk or first_disk or here != count:
        raise several()
    before = end - length - offset
    if before < 0:
        raise ContentError("its directory would begin before the file", hint="it is damaged")
    return Place(end - length, length, count, before)


def several() -> ContentError:
    """Return the error that is to be raised for one of several files."""
    return ContentError(
        "it is one of several files that are one zip archive", hint="join them: zip -s 0"
    )


def _larger(
    stream: io.BufferedIOBase, at: int, locator: bytes, smaller: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """Return where the larger end record is (zip64), and the numbers in it.

    Args:
        stream: of the archive.
        at: where its locator is.
        locator: which is before the end record.
        smaller: the numbers in that.
    """
    _, _, offset, disks = LOCATOR.unpack(locator)
    if disks > 1:
        raise several()
    for place in (at - END64.size, offset):
        record = _read(stream, place, END64.size) if 0 <= place <= at - END64.size else b""
        if record.startswith(END64_MAGIC):
            numbers = END64.unpack(record)[4:]
            pairs = zip(smaller, numbers, strict=True)
            if any(few not in {many, *IN_END64} for few, many in pairs):
                raise ContentError("its two end records contradict each other")
            return place, numbers
    raise ContentError("its end record is missing", hint="it is damaged")


def _read(stream: io.BufferedIOBase, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)
