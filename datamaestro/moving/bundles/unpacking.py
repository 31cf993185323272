"""Unpacking: a bundle as the source of what is moved.

What the archive says is never a path: each member has to be the file that the index has next.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.engine.expansion.flow import Flow
from datamaestro.errors import ContentError, DatamaestroError, PluginError
from datamaestro.moving.bundles import (
    BLOCK,
    INDEX,
    LARGEST_INDEX,
    LONGEST_LINE,
    member_of,
    offers_of,
)
from datamaestro.moving.here.descriptions import from_origin
from datamaestro.store.faults import storage_error
from datamaestro_hookspecs.offers import Content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.offers import Offer, Wanted
    from datamaestro_hookspecs.unpackers import Member

UNTAR = "untar"
"""The unpacker of bundles."""

NEXT = "bring it once more, or make it again"


class Unpacker:
    """Reads a bundle once, from its beginning to its end.

    Args:
        file: of the bundle.
        name: what users call it.
        plugins: that expand and unpack it.
    """

    streams = 1

    def __init__(self, file: io.BufferedIOBase, name: str, plugins: Plugins) -> None:
        self.name = name
        self._members = _members(file, name, plugins)
        self._expected: Iterator[tuple[str, str]] = iter(())

    def offers(self, references: Sequence[str] = ()) -> list[Offer]:
        """Return all that is in the bundle; asked once.

        Raises:
            ContentError: it is damaged, or no bundle.
        """
        with self._damaged():
            member = next(self._members, None)
            if member is None or (member.name, member.kind) != (INDEX, "file"):
                raise ContentError("it is no bundle of data sets")
            offers = offers_of(_lines(member))
        self._expected = iter(
            [
                (offer.dataset, facts.path)
                for offer in offers
                for facts in offer.files
                if not facts.link
            ]
        )
        return [from_origin(offer, self.name) for offer in offers]

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        """Yield the content of files in the order in which they are in the bundle.

        Raises:
            ContentError: it is damaged, or cut short; or a file is wanted that has been read.
        """
        for one in wanted:
            member = self._find(offer, one.path)
            yield Content(
                one.path, one.size, self._reader(member, one.offset), one.offset, member.executable
            )

    def _find(self, offer: Offer, path: str) -> Member:
        """Return the member that a file is, after those that are not wanted."""
        with self._damaged():
            for expected in self._expected:
                member = next(self._members, None)
                if member is None:
                    raise ContentError("it ends too early")
                name = member_of(offer, expected[1]) if expected[0] == offer.dataset else None
                if member.kind != "file" or name not in (None, member.name):
                    raise ContentError(f"{member.name!a} is not what comes next")
                if expected == (offer.dataset, path):
                    return member
            raise ContentError(f"{path} of {offer.dataset} is not right")

    def _reader(self, member: Member, offset: int) -> Any:
        """Return what fills buffers with the content of a member, from an offset on."""
        content = member.content

        def readinto(buffer: memoryview) -> int:
            with self._damaged():
                block = content.read(len(buffer)) if content else b""
            buffer[: len(block)] = block
            return len(block)

        while offset:
            count = readinto(memoryview(bytearray(min(offset, BLOCK))))
            offset = offset - count if count else 0
        return readinto

    def to_mend(self, dataset: str) -> str:
        """Return what is to be done where something of a data set is wrong in it."""
        return NEXT

    def finish(self) -> None:
        """Make sure that all is there to the end.

        Raises:
            ContentError: it is damaged, or cut short.
        """
        with self._damaged():
            for _ in self._expected:
                if next(self._members, None) is None:
                    raise ContentError("it ends too early")
            if (more := next(self._members, None)) is not None:
                raise ContentError(f"{more.name!a} is in it, and not in its index")

    @contextmanager
    def _damaged(self) -> Iterator[None]:
        """Turn what goes wrong while the bundle is read into an error that says so."""
        try:
            yield
        except PluginError:
            raise
        except OSError as error:
            if error.errno is not None:
                raise storage_error(error, Path(self.name)) from error
            raise ContentError(f"{self.name} is damaged: {error}", hint=NEXT) from error
        except DatamaestroError as error:
            raise ContentError(f"{self.name}: {error.message}", hint=NEXT) from error
        except Exception as error:
            raise ContentError(f"{self.name} is damaged: {error}", hint=NEXT) from error


def _members(file: io.BufferedIOBase, name: str, plugins: Plugins) -> Iterator[Member]:
    """Iterate over the members of an archive, which may be compressed."""
    flow = Flow(name, file)
    transformer = plugins.transformer_of(flow.head(plugins.magic_size()))
    if transformer is not None:
        _, work = plugins.transformer(transformer.name)
        flow.stream = io.BufferedReader(work.open(flow.stream, {}), BLOCK)
    found = plugins.unpacker(UNTAR)
    if found is None:
        raise PluginError("no plugin unpacks tar archives", hint="see: datamaestro plugins")
    yield from found[1].members(flow.stream, {})


def _lines(member: Member) -> Iterator[bytes]:
    """Iterate over the lines of an index, which may not be endless."""
    if member.content is None:
        return
    stream, left = Flow.of_member(member.name, member, member.content).stream, LARGEST_INDEX
    while line := stream.readline(min(left, LONGEST_LINE) + 1):
        left -= len(line)
        if left < 0:
            raise ContentError(f"its index has more than {LARGEST_INDEX:,} bytes")
        if len(line) > LONGEST_LINE:
            raise ContentError(f"its index has a line of more than {LONGEST_LINE:,} bytes")
        yield line
