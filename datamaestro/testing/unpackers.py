"""What every unpacker does."""

from __future__ import annotations

import io
import tracemalloc
from functools import cached_property
from itertools import zip_longest
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ClassVar

import pytest
from attrs import evolve, frozen

from datamaestro.testing.transformers import MEMORY, Arriving
from datamaestro_hookspecs.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from datamaestro_hookspecs.cards import Option
    from datamaestro_hookspecs.unpackers import Kind, Member, Unpacker, UnpackerProtocol

PIECE = 1 << 18
"""Bytes of content that are read at a time, where there is much."""

SIZES = (1, 7, 1 << 20)
"""Bytes of content that are read at a time."""


@frozen
class Packed:
    """What is in an archive, and what an unpacker is to say of it.

    Args:
        name: as :class:`~datamaestro_hookspecs.unpackers.Member` has it.
        content: of a file.
        kind: what it is.
        executable: whether a file may be run.
        link: where a link leads.
        mtime: when it was changed, in seconds since 1970; None where that does not matter.
    """

    name: str
    content: bytes = b""
    kind: Kind = "file"
    executable: bool = False
    link: str = ""
    mtime: float | None = None


class UnpackerContract:
    """What the engine relies on in every unpacker.

    The method ``cuts`` is overridden where a part of an archive may be an archive, too; the method
    ``long`` where the unpacker does not need all bytes at once.

    Attributes:
        record: as the plugin's hook returns it.
        archives: bytes of archives, and what is in each, in its order; several files in at least
            one of them.
        options: what the unpacker is told.
        damaged: bytes that are no such archive, with those options.
        wrong_options: each is something that the unpacker cannot be told.
    """

    record: ClassVar[Unpacker]
    archives: ClassVar[Sequence[tuple[bytes, Sequence[Packed]]]]
    options: ClassVar[Mapping[str, Option]] = {}
    damaged: ClassVar[Sequence[bytes]] = ()
    wrong_options: ClassVar[Sequence[Mapping[str, Option]]] = ()

    def long(self) -> bytes:
        """Return an archive of files, four times ``MEMORY`` in all; nothing if there is none."""
        return b""

    def cuts(self, archive: bytes) -> Iterable[bytes]:
        """Return beginnings of an archive that are no archives; nothing where one cannot tell."""
        return {archive[:1], archive[: len(archive) // 2], archive[:-1]} - {archive, b""}

    @cached_property
    def unpacker(self) -> UnpackerProtocol:
        """The record's implementation, made as the engine makes it."""
        made: UnpackerProtocol = resolve_name(self.record.implementation)()
        return made

    def stream(self, archive: bytes, most: int = 1 << 20) -> io.BufferedReader:
        """Return a file with an archive, where the record says that it must seek, else a stream.

        Args:
            archive: its bytes.
            most: bytes that arrive at a time.
        """
        if self.record.seeks:
            return io.BufferedReader(io.BytesIO(archive))
        return io.BufferedReader(Arriving(archive, most))

    def members(self, archive: bytes, most: int = 1 << 20) -> Iterator[Member]:
        """Iterate over the members of an archive, which is given as :meth:`stream` says."""
        return iter(self.unpacker.members(self.stream(archive, most), self.options))

    def unpack(self, archive: bytes, size: int = 1 << 20, most: int = 1 << 20) -> list[Packed]:
        """Return what an unpacker says is in an archive; content is read in pieces of a size."""
        return [self.read(member, size) for member in self.members(archive, most)]

    def read(self, member: Member, size: int = 1 << 20) -> Packed:
        """Return what an unpacker says of a member, whose content is read as the engine does."""
        content = bytearray()
        while member.content is not None:
            piece = member.content.read(size)
            content += piece
            if len(piece) < size:
                assert member.content.read(size) == b"", "it goes on after fewer bytes than asked"
                break
        return described(member, bytes(content))

    def peak(self, archive: bytes, *, skipping: bool) -> tuple[int, int]:
        """Return how many bytes were held at a time, at most, and how many the files have."""
        stream, received = self.stream(archive), 0
        tracemalloc.start()
        try:
            for member in self.unpacker.members(stream, self.options):
                while not skipping and member.content is not None:
                    count = len(member.content.read(PIECE))
                    received += count
                    if count < PIECE:
                        break
            return tracemalloc.get_traced_memory()[1], received
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("size", SIZES)
    def test_members_are_as_expected(self, size: int) -> None:
        """The members are those of the archive, in its order, read in one go or in small pieces."""
        for archive, expected in self.archives:
            assert list(expected) == alike(self.unpack(archive, size), expected)

    def test_record_describes_the_archives(self) -> None:
        """The record's magic, where it has some, is that of an archive, at its place."""
        if self.record.magic:
            beginnings = [archive[self.record.offset :] for archive, _ in self.archives]
            assert any(each.startswith(self.record.magic) for each in beginnings)

    def test_archives_are_read_side_by_side(self) -> None:
        """One unpacker serves several archives at once."""
        archives = [*self.archives, *self.archives]
        iterators = [self.members(archive) for archive, _ in archives]
        found: list[list[Packed]] = [[] for _ in archives]
        for turn in zip_longest(*iterators):
            for packed, member in zip(found, turn, strict=True):
                if member is not None:
                    packed.append(self.read(member, 3))
        for (_, expected), packed in zip(archives, found, strict=True):
            assert list(expected) == alike(packed, expected)

    def test_content_need_not_be_read(self) -> None:
        """The members are the same where no content is read."""
        for archive, expected in self.archives:
            found = [described(member, b"") for member in self.members(archive)]
            assert [evolve(each, content=b"") for each in expected] == alike(found, expected)

    def test_some_content_need_not_be_read(self) -> None:
        """What is read of one member does not depend on whether others are."""
        for archive, expected in self.archives:
            for first in (0, 1):
                found = [
                    self.read(member) if turn % 2 == first else described(member, b"")
                    for turn, member in enumerate(self.members(archive))
                ]
                wanted = [
                    each if turn % 2 == first else evolve(each, content=b"")
                    for turn, each in enumerate(expected)
                ]
                assert wanted == alike(found, wanted)

    def test_short_reads_make_no_difference(self) -> None:
        """The members are the same where bytes arrive one by one."""
        if self.record.seeks:
            pytest.skip("it is given a file that is complete")
        for archive, expected in self.archives:
            assert list(expected) == alike(self.unpack(archive, most=1), expected)

    def test_early_end_is_refused(self) -> None:
        """Something raises where the archive ends too early; no tree is short without a word."""
        for cut in {cut for archive, _ in self.archives for cut in self.cuts(archive)}:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.unpack(cut)

    def test_empty_file_is_refused(self) -> None:
        """Something raises where nothing at all arrives, unless that is one of the archives."""
        if not any(archive == b"" for archive, _ in self.archives):
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.unpack(b"")

    def test_damage_is_refused(self) -> None:
        """Something raises where the bytes are not what they should be."""
        for damaged in self.damaged:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.unpack(damaged)

    def test_wrong_options_are_refused(self) -> None:
        """What the unpacker cannot be told is an error of the definition, not overlooked."""
        for options in self.wrong_options:
            with pytest.raises(DefinitionError):
                list(self.unpacker.members(self.stream(self.archives[0][0]), options))

    @pytest.mark.parametrize("skipping", [False, True])
    def test_memory_is_bounded(self, skipping: bool) -> None:
        """However long files are, read or not, little of them is held at a time."""
        if long := self.long():
            most, received = self.peak(long, skipping=skipping)
            assert skipping or received >= 4 * MEMORY, "it is not long enough"
            assert most <= MEMORY, f"it takes {most:,} bytes at a time"


def described(member: Member, content: bytes) -> Packed:
    """Return what an unpacker says of a member."""
    return Packed(member.name, content, member.kind, member.executable, member.link, member.mtime)


def alike(found: list[Packed], expected: Sequence[Packed]) -> list[Packed]:
    """Return what was found, without the times that do not matter."""
    return [
        each if wanted is None or wanted.mtime is not None else evolve(each, mtime=None)
        for each, wanted in zip_longest(found, expected[: len(found)])
    ]
