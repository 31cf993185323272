"""The directory of a zip archive: where its members are, none of which may overlap another one."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError
from datamaestro_plugins.zip.ends import find, several
from datamaestro_plugins.zip.entry import (
    DARWIN,
    DOS,
    ENTRY,
    ENTRY_MAGIC,
    IN_EXTRA,
    UNIX,
    ZIP64,
    Entry,
    extras_of,
    name_of,
    numbers_of,
    time_of,
)

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

WINDOW = 1 << 20
"""Bytes of the directory that are held."""

NO_DISK = 0xFFFF
"""The number of a disk that is in a further field, where there is only one."""

LOCAL = 30
"""Bytes of a local header, without its name."""


class Directory:
    """The directory of one archive, which is read twice: to check it, and for its entries.

    Args:
        stream: of the archive; can seek.
        encoding: of names that are not said to be in UTF-8.

    Raises:
        ContentError: it is damaged, or members overlap.
        EOFError: it ends too early.
    """

    def __init__(self, stream: io.BufferedIOBase, encoding: str | None) -> None:
        self._stream = stream
        self._encoding = encoding
        self._place = find(stream)
        self._starts = self._checked()

    def limit(self, start: int) -> int:
        """Return where the member that starts somewhere has to end."""
        place = bisect_right(self._starts, start)
        return self._starts[place] if place < len(self._starts) else self._place.start

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, in their order.

        Raises:
            ContentError: one is damaged.
        """
        for index, (fields, raw, extra) in enumerate(self._records()):
            try:
                yield self._entry(index, fields, raw, extra)
            except ValueError as error:
                raise ContentError(f"member {raw[:100]!r}: {error}") from error

    def _entry(self, index: int, fields: tuple[int, ...], raw: bytes, extra: bytes) -> Entry:
        _, system, _, _, flags, method, time, date, crc, stored, size, *_ = fields[1:]
        extras = extras_of(extra) if extra else {}
        start = fields[-1]
        if IN_EXTRA in (stored, size, start):
            size, stored, start = numbers_of(extras.get(ZIP64), size, stored, start)
        name = name_of(raw, flags, system, extras, self._encoding)
        if system == DOS and "\\" in name and "/" not in name:
            name = name.replace("\\", "/")
        mode = fields[-2] >> 16 if system in {UNIX, DARWIN} else 0
        return Entry(
            index,
            raw,
            name,
            flags,
            method,
            crc,
            stored,
            size,
            start + self._place.before,
            system,
            mode,
            time_of(date, time, extras),
        )

    def _checked(self) -> array[int]:
        """Return where members start, in order, if none overlaps another one."""
        starts, ends, ordered = array("Q"), array("Q"), True
        for fields, raw, extra in self._records():
            stored, size, start = fields[10], fields[11], fields[-1]
            if IN_EXTRA in (stored, size, start):
                try:
                    large = extras_of(extra).get(ZIP64)
                    size, stored, start = numbers_of(large, size, stored, start)
                except ValueError as error:
                    raise ContentError(f"member {raw[:100]!r}: {error}") from error
            start += self._place.before
            ordered = ordered and (not ends or ends[-1] <= start)
            end = start + LOCAL + len(raw) + stored
            if end > self._place.start:
                raise ContentError(f"member {raw[:100]!r} is not in the archive as a whole")
            starts.append(start)
            ends.append(end)
        if len(starts) & 0xFFFF != self._place.count & 0xFFFF:
            raise ContentError(
                f"its directory has {len(starts):,} members, its end says {self._place.count:,}"
            )
        return starts if ordered else _in_order(starts, ends)

    def _records(self) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
        """Yield the fields of each entry, its name, and its further fields."""
        position, rest = self._place.start, self._place.size
        window, at, fixed, unpack = b"", 0, ENTRY.size, ENTRY.unpack_from
        longest = fixed + 3 * 0xFFFF
        while at < len(window) or rest:
            if rest and len(window) - at < longest:
                self._stream.seek(position)
                more = self._stream.read(min(WINDOW, rest))
                if not more:
                    raise EOFError("the archive ends too early, in its directory")
                position, rest = position + len(more), rest - len(more)
                window, at = window[at:] + more, 0
                continue
            if len(window) - at < fixed:
                raise ContentError("its directory is damaged")
            fields = unpack(window, at)
            if fields[0] != ENTRY_MAGIC:
                raise ContentError("its directory is damaged")
            named = at + fixed
            extra = named + fields[12]
            comment = extra + fields[13]
            at = comment + fields[14]
            if at > len(window):
                raise ContentError("its directory is damaged")
            if fields[15] not in {0, NO_DISK}:
                raise several()
            yield fields, window[named:extra], window[extra:comment]


def _in_order(starts: array[int], ends: array[int]) -> array[int]:
    """Return starts in order, if each member ends before the next one starts.

    Raises:
        ContentError: one does not.
    """
    order = sorted(range(len(starts)), key=starts.__getitem__)
    for before, after in pairwise(order):
        if ends[before] > starts[after]:
            raise ContentError(
                "two of its members overlap", hint="it is damaged, or meant to do harm (a bomb)"
            )
    return array("Q", (starts[each] for each in order))
