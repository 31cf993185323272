"""Unzip: the members of a zip archive, in the order of its directory."""

from __future__ import annotations

import codecs
import os
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError, DefinitionError
from datamaestro_hookspecs.streams import check_options
from datamaestro_hookspecs.unpackers import Member
from datamaestro_plugins.zip.content import Content
from datamaestro_plugins.zip.directory import Directory
from datamaestro_plugins.zip.encrypted import ENCRYPTED, Decrypted, Safe
from datamaestro_plugins.zip.entry import ENCODING
from datamaestro_plugins.zip.methods import Methods

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

    from datamaestro_hookspecs.cards import Option
    from datamaestro_hookspecs.unpackers import Readable
    from datamaestro_plugins.zip.entry import Entry

LONGEST_LINK = 1 << 16
"""Bytes of a symbolic link, which is the content of its member."""


class Unzip:
    """Reads zip archives, also large ones (zip64)."""

    def __init__(self) -> None:
        self._methods = Methods()

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: there is another option, or no such encoding.
        """
        _read(options)

    def members(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> Iterator[Member]:
        """Yield the members, whose content is read from the file.

        Args:
            stream: of the archive; can seek.
            options: ``encoding``, of names that are not said to be in UTF-8; ``password``, of
                encrypted members.

        Raises:
            ContentError: it is damaged, or something in it is not supported.
            EOFError: it ends too early.
            DefinitionError: there is another option, or no such encoding.
        """
        encoding, password = _read(options)
        return self._members(stream, encoding, Safe(stream, password))

    def _members(
        self, stream: io.BufferedIOBase, encoding: str | None, safe: Safe
    ) -> Iterator[Member]:
        directory = Directory(stream, encoding)
        for entry in directory.entries():
            kind, name = entry.kind, entry.name
            if kind == "folder":
                name = name[:-1] if name[1:].endswith("/") else name
            if kind in {"folder", "device"}:
                Content(stream, entry, directory.limit(entry.start), self._methods).locate()
                yield Member(name, kind, mtime=entry.mtime)
                continue
            content: Readable
            if entry.flags & ENCRYPTED:
                content = Decrypted(safe, entry)
            else:
                content = Content(stream, entry, directory.limit(entry.start), self._methods)
            if kind == "symlink":
                yield Member(name, kind, mtime=entry.mtime, link=_target(entry, content))
            else:
                yield Member(name, kind, content, entry.mode & 0o111 != 0, entry.mtime)


def _read(options: Mapping[str, Option]) -> tuple[str | None, str | None]:
    """Return the encoding and the password."""
    check_options("unzip", options, encoding=str, password=str)
    encoding, password = (
        None if options.get(name) is None else str(options[name])
        for name in ("encoding", "password")
    )
    try:
        codecs.lookup(encoding or ENCODING)
    except LookupError as error:
        raise DefinitionError(f"unzip: there is no encoding {encoding!r}") from error
    return encoding, password


def _target(entry: Entry, content: Readable) -> str:
    """Return where a symbolic link leads."""
    if entry.size > LONGEST_LINK:
        raise ContentError(f"{entry.where} is a link of {entry.size:,} bytes")
    return os.fsdecode(content.read(LONGEST_LINK + 1))
