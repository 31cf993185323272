"""Maps of sparse files: which of their regions are stored; the others are holes.

Four forms: that of old GNU headers, and versions 0.0, 0.1 and 1.0 in extended headers. Source: the
manual of GNU tar, appendix "Storing Sparse Files".
"""

from __future__ import annotations

from array import array
from struct import Struct
from typing import TYPE_CHECKING

from datamaestro_plugins.tar.header import BLOCK, LARGEST, number
from datamaestro_plugins.tar.pax import MAP, decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST = 1_000_000
"""Regions of a file."""

REAL_SIZE = (b"GNU.sparse.realsize", b"GNU.sparse.size")
COUNT = b"GNU.sparse.numblocks"
VERSION = (b"GNU.sparse.major", b"GNU.sparse.minor")

PAIR = Struct("12s12s")
IN_HEADER, GOES_ON, SIZE = slice(386, 482), 482, slice(483, 495)
IN_EXTENSION, EXTENSION_GOES_ON = slice(0, 504), 504


def is_sparse(records: Mapping[bytes, bytes]) -> bool:
    """Return whether an extended header says that a file is sparse."""
    return MAP in records or COUNT in records or VERSION[0] in records


def of_header(block: bytes, read: Callable[[int], bytes]) -> tuple[array[int], int, int]:
    """Return the map in an old GNU header, the file's size, and how many more bytes were read.

    Raises:
        EOFError: the archive ends too early.
        ValueError: the map is damaged.
    """
    size, pairs, goes_on, count = number(block[SIZE]), block[IN_HEADER], block[GOES_ON], 0
    regions = _regions(number(each) for each in _fields(pairs))
    while goes_on:
        extension = read(BLOCK)
        if len(extension) < BLOCK:
            raise EOFError("the archive ends too early, in a sparse file's map")
        count += BLOCK
        regions += _regions(number(each) for each in _fields(extension[IN_EXTENSION]))
        goes_on = extension[EXTENSION_GOES_ON]
        if len(regions) > 2 * MOST:
            raise ValueError("its map is too long")
    return regions, size, count


def of_records(records: Mapping[bytes, bytes]) -> tuple[array[int], int]:
    """Return the map in an extended header, and the file's size.

    Raises:
        ValueError: it is damaged.
    """
    text = records.get(MAP)
    regions = _regions(map(decimal, text.split(b","))) if text else array("q")
    if len(regions) != 2 * decimal(records.get(COUNT, b"%d" % (len(regions) // 2))):
        raise ValueError("its map has another length than it says")
    return regions, _real_size(records)


def of_content(
    records: Mapping[bytes, bytes], read: Callable[[int], bytes]
) -> tuple[array[int], int, int]:
    """Return the map before the content (version 1.0), the file's size, and how long the map is.

    Raises:
        EOFError: the archive ends too early.
        ValueError: it is damaged, or of another version.
    """
    if tuple(records.get(each) for each in VERSION) != (b"1", b"0"):
        raise ValueError("it is sparse in an unknown way")
    regions, count, blocks, rest = array("q"), None, 0, b""
    while count is None or len(regions) < 2 * count:
        *lines, rest = (rest + _block(read)).split(b"\n")
        blocks += 1
        if not lines:
            raise ValueError("its map is damaged")
        if count is None:
            count = decimal(lines.pop(0))
            if count > MOST:
                raise ValueError("its map is too long")
        regions += _regions(map(decimal, lines[: 2 * count - len(regions)]))
    return regions, _real_size(records), BLOCK * blocks


def _block(read: Callable[[int], bytes]) -> bytes:
    block = read(BLOCK)
    if len(block) < BLOCK:
        raise EOFError("the archive ends too early, in a sparse file's map")
    return block


def _real_size(records: Mapping[bytes, bytes]) -> int:
    return decimal(next((records[each] for each in REAL_SIZE if each in records), b""))


def _fields(pairs: bytes) -> Iterable[bytes]:
    """Iterate over the fields of pairs, but not of empty ones at the end."""
    for offset, length in PAIR.iter_unpack(pairs):
        if not length.strip(b"\0 "):
            return
        yield from (offset, length)


def _regions(numbers: Iterable[int]) -> array[int]:
    """Return offsets and sizes, one after the other.

    Raises:
        ValueError: one is beyond any file.
    """
    regions = array("q")
    for each in numbers:
        if not 0 <= each <= LARGEST:
            raise ValueError("its map has a number beyond any file")
        regions.append(each)
    return regions
