"""Untar: the members of a tar archive, in one pass over its stream."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.streams import BLOCK as LARGE
from datamaestro_hookspecs.streams import check_options
from datamaestro_hookspecs.unpackers import Member
from datamaestro_plugins.tar import extra, sparse
from datamaestro_plugins.tar.content import CLOSED, Content, SparseContent
from datamaestro_plugins.tar.header import BLOCK, GNU, MAGIC, parse

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

    from datamaestro_hookspecs.cards import Option
    from datamaestro_hookspecs.unpackers import Kind
    from datamaestro_plugins.tar.header import Header

log = logging.getLogger("datamaestro")

ENCODING, ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
"""As ``os.fsdecode`` has them, which takes longer."""

ZEROS = bytes(BLOCK)
"""Two such blocks are the end mark."""

HARD_LINK, SPARSE, DUMPED, CONTINUED = b"1", b"S", b"D", b"M"
KINDS: dict[bytes, Kind] = {
    HARD_LINK: "hardlink",
    b"2": "symlink",
    b"3": "device",
    b"4": "device",
    b"5": "folder",
    b"6": "device",
    DUMPED: "folder",
}
"""Types that are no files. Anything else is one (POSIX)."""

PLAIN = b"\x0001234567"
"""Types that need no special care."""

LEFT_OUT = b"VA"
"""Types of no member: the archive's label, and access control lists of Solaris."""


class Untar:
    """Reads tar archives of V7, POSIX (ustar, pax) and GNU."""

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: there are any.
        """
        check_options("untar", options)

    def members(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> Iterator[Member]:
        """Yield the members, whose content is read from the stream.

        Raises:
            ContentError: it is damaged, or something in it is not supported.
            EOFError: it ends too early.
            DefinitionError: there are options.
        """
        self.check(options)
        return Archive(stream).members()


class Archive:
    """One archive that is being read.

    Args:
        stream: of its bytes.
    """

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._read = stream.read
        self._extras = extra.Extras(stream.read)
        self._content: Content | None = None
        self._offset = 0

    def members(self) -> Iterator[Member]:
        """Yield the members."""
        extras = self._extras
        while (block := self._next_block()) != ZEROS:
            if len(block) < BLOCK:
                raise self._cut(block)
            header = parse(block, self._offset)
            self._offset += BLOCK
            if extras.given or header.type not in PLAIN:
                if (member := self._with_care(header, block)) is not None:
                    yield member
            else:
                yield self._member(header)
        self._end()

    def _next_block(self) -> bytes:
        """Return the block after what is left of a member; shorter only where all ends."""
        content = self._content
        if content is None:
            return self._read(BLOCK)
        self._content = None
        unread, rest = content.left, content.left + content.padding
        content.left = CLOSED
        while rest > LARGE:
            if len(self._read(LARGE)) < LARGE:
                raise content.cut()
            rest -= LARGE
            unread -= LARGE
        block = self._read(rest + BLOCK)
        if len(block) < unread:
            raise content.cut()
        return block[rest:]

    def _member(self, header: Header) -> Member:
        """Return a member as its header says."""
        kind = KINDS.get(header.type, "file")
        name = header.name.decode(ENCODING, ERRORS)
        if kind == "file" or header.type == DUMPED or self._is_file(header):
            content = self._hold(Content(self._read, header, header.size))
            if kind != "folder" and name[-1:] != "/":
                return Member(name, "file", content, header.executable, header.mtime)
            kind = "folder"  # of programs that knew no type for it
        if kind == "folder":
            name = name[:-1] if name[1:].endswith("/") else name
        link = header.link.decode(ENCODING, ERRORS) if kind in {"hardlink", "symlink"} else ""
        return Member(name, kind, mtime=header.mtime, link=link)

    def _is_file(self, header: Header) -> bool:
        """Return whether a hard link has its content with it, which only POSIX allows (2001)."""
        return header.type == HARD_LINK and header.size > 0 and self._extras.extended

    def _hold(self, content: Content) -> Content:
        """Return a content, after which the archive goes on."""
        self._content = content
        self._offset += content.left + content.padding
        return content

    def _cut(self, block: bytes) -> Exception:
        """Return what it means that all ends with what is no whole block."""
        if self._offset or block:
            return EOFError("the archive ends too early, without its end mark")
        return ContentError("an empty file is no tar archive")

    def _with_care(self, header: Header, block: bytes) -> Member | None:
        """Return what a header says that does not stand alone; None if it is about another one."""
        if header.type in extra.TYPES:
            self._offset += self._extras.take(header)
            return None
        records = self._extras.apply(header)
        if header.type == CONTINUED:
            raise ContentError(
                f"{header.where} goes on from another archive", hint="it is one of several volumes"
            )
        if header.type in LEFT_OUT:
            self._hold(Content(self._read, header, header.size))
            return None
        if header.type != SPARSE and not sparse.is_sparse(records):
            return self._member(header)
        content = self._sparse(header, block, records)
        name = header.name.decode(ENCODING, ERRORS)
        return Member(name, "file", content, header.executable, header.mtime)

    def _sparse(self, header: Header, block: bytes, records: Mapping[bytes, bytes]) -> Content:
        """Return the content of a file with holes."""
        read, stored = self._read, header.size
        try:
            if header.type == SPARSE and block[MAGIC] != GNU:
                raise ContentError(f"{header.where}: it is sparse in a way that is not supported")
            if header.type == SPARSE:
                regions, size, count = sparse.of_header(block, read)
            elif sparse.VERSION[0] in records:
                regions, size, count = sparse.of_content(records, read)
                stored -= count
            else:
                regions, size, count = *sparse.of_records(records), 0
            content = SparseContent(read, header, stored, regions, size)
        except ValueError as error:
            raise ContentError(f"{header.where}: {error}") from error
        self._offset += count
        return self._hold(content)

    def _end(self) -> None:
        """Read on to the end of the stream, after a block of zeros."""
        if self._extras.pending:
            raise ContentError("its end comes where a name or the like has announced a member")
        second = self._read(BLOCK)
        if second.strip(b"\0"):
            raise ContentError(f"the block of zeros at byte {self._offset:,} is not the end")
        count = 0
        while block := self._read(LARGE):
            count += len(block) if count or block.strip(b"\0") else 0
        if count:
            log.warning("%s bytes after the end of a tar archive are left out", f"{count:,}")
