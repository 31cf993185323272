"""What stands before a member and applies to it: long names, and extended headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError
from datamaestro_plugins.tar import pax
from datamaestro_plugins.tar.header import BLOCK, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datamaestro_plugins.tar.header import Header

LONG_NAME, LONG_LINK, EXTENDED, GLOBAL = b"L", b"K", b"xX", b"g"
TYPES = LONG_NAME + LONG_LINK + EXTENDED + GLOBAL
"""Of headers that are about others."""

LARGEST = 1 << 20
"""Bytes that one of them may have."""

ONE_MEMBER = (b"path", b"linkpath", b"size", b"GNU.sparse.")
"""Keywords that make no sense for all members."""


class Extras:
    """Collects what applies to the next member, and to all members.

    Args:
        read: the archive.

    Attributes:
        given: whether there is anything that applies to the next member.
        extended: whether there was any extended header.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._global: dict[bytes, bytes] = {}
        self._records: dict[bytes, bytes] = {}
        self._name = b""
        self._link = b""
        self.given = False
        self.pending = False
        self.extended = False

    def take(self, header: Header) -> int:
        """Read what follows a header of one of the types; return the number of bytes.

        Raises:
            ContentError: it is damaged, or too large.
            EOFError: the archive ends too early.
        """
        data, count = self._data(header)
        if header.type == GLOBAL:
            self._take_global(header, _records(header, data))
        elif header.type == LONG_NAME:
            self._name = data.partition(b"\0")[0]
        elif header.type == LONG_LINK:
            self._link = data.partition(b"\0")[0]
        else:
            self._records.update(_records(header, data))
            self.extended = True
        self.pending = self.pending or header.type != GLOBAL
        self.given = self.pending or bool(self._global)
        return count

    def apply(self, header: Header) -> Mapping[bytes, bytes]:
        """Let a header say what was said before of its member; return the records.

        Raises:
            ContentError: it makes no sense.
        """
        records = {**self._global, **self._records} if self._global else self._records
        header.name = records.get(b"path") or self._name or header.name
        header.name = records.get(b"GNU.sparse.name") or header.name
        header.link = records.get(b"linkpath") or self._link or header.link
        try:
            if size := records.get(b"size"):
                header.size = pax.decimal(size)
            if mtime := records.get(b"mtime"):
                header.mtime = pax.time(mtime)
        except ValueError as error:
            raise ContentError(f"{header.where}: {error}") from error
        if b"GNU.volume.offset" in records:
            raise ContentError(f"{header.where} goes on from another archive, or in another one")
        self._records, self._name, self._link = {}, b"", b""
        self.pending = False
        self.given = bool(self._global)
        return records

    def _data(self, header: Header) -> tuple[bytes, int]:
        if header.size > LARGEST:
            raise ContentError(
                f"byte {header.offset:,}: a header of {header.size:,} bytes",
                hint=f"names and the like may have {LARGEST:,}",
            )
        count = header.size + -header.size % BLOCK
        data = self._read(count)
        if len(data) < count:
            raise EOFError(f"the archive ends too early, in the header at byte {header.offset:,}")
        return data[: header.size], count

    def _take_global(self, header: Header, records: Mapping[bytes, bytes]) -> None:
        self.extended = True
        for key, value in records.items():
            if value and key.startswith(ONE_MEMBER):
                raise ContentError(
                    f"byte {header.offset:,}: a header gives one {quoted(key)} to all members"
                )
            self._global[key] = value
            if not value:
                del self._global[key]


def _records(header: Header, data: bytes) -> dict[bytes, bytes]:
    try:
        return pax.parse(data)
    except ValueError as error:
        raise ContentError(f"byte {header.offset:,}: {error}") from error
