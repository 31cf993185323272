"""Sinks: where what comes out of a chain of transformations goes; here, into one file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from datamaestro.descriptors import write_all
from datamaestro.engine.digests import Digester
from datamaestro.engine.expansion.ahead import Ahead
from datamaestro.engine.expansion.refusal import Refused
from datamaestro.engine.run import BLOCK
from datamaestro.sharing import make_folder
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from datamaestro.engine.expansion.limits import Meter
    from datamaestro.store.manifest import FileFacts
    from datamaestro_hookspecs.unpackers import Member, Readable


@frozen
class Result:
    """What was made of what arrived.

    Args:
        path: where it is.
        digests: of it, hexadecimal, by algorithm; of a folder, of its tree.
        below: of a folder, what is in it; paths are relative to it.
    """

    path: Path
    digests: Mapping[str, str] = field(factory=dict)
    below: tuple[FileFacts, ...] = ()


class Sink(Protocol):
    """Takes what comes out, one after the other."""

    @property
    def taken(self) -> int:
        """How many files it has taken."""

    def add(self, path: str, member: Member) -> None:
        """Take a file, or another member of an archive, at a path.

        Raises:
            ContentError: it is not to be taken.
            StorageError: it cannot be written.
        """

    def finish(self) -> Result:
        """Return the result, after the last one has been added.

        Raises:
            ContentError: what came out is not to be taken.
            StorageError: it cannot be written.
        """

    def close(self) -> None:
        """Close what is open."""


class FileSink:
    """One file, which all files that come out are joined to; links and folders are left out.

    Args:
        path: of the file.
        algorithms: of its digests, beside SHA-256.
        meter: told what is written.
    """

    def __init__(self, path: Path, algorithms: Iterable[str], meter: Meter) -> None:
        self.path = path
        self.taken = 0
        self._digester = Digester(algorithms)
        self._meter = meter
        with storage_errors(path):
            make_folder(path.parent)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        self._buffer = memoryview(bytearray(BLOCK))

    def add(self, path: str, member: Member) -> None:
        """Append a file."""
        if member.content is None or member.kind != "file":
            return
        self.taken += 1
        while block := self._next(member.content):
            self._digester.update(block)
            with storage_errors(self.path):
                write_all(self._file, block)
            self._meter.count(len(block))

    def _next(self, content: Readable) -> memoryview:
        raw = getattr(content, "raw", None)
        if isinstance(raw, Ahead):  # its reader was made for this, and has nothing in it yet
            return raw.take()
        readinto = getattr(content, "readinto", None)
        if readinto is not None:
            return self._buffer[: readinto(self._buffer)]
        return memoryview(content.read(BLOCK))

    def finish(self) -> Result:
        """Return the file.

        Raises:
            Refused: there was none to be taken; an empty file would say that there was.
        """
        if not self.taken:
            raise Refused("there is no file in it", hint="is the definition out of date?")
        return Result(self.path, self._digester.result())

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
