"""A wrong unpacker does not keep the contract."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

import pytest

from datamaestro.testing import Packed, UnpackerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.unpackers import Kind, Member, Unpacker

KINDS: dict[bytes, Kind] = {b"F": "file", b"D": "folder"}


class Content:
    """Reads from the archive; nobody else may do so before it has been used up."""

    def __init__(self, stream: io.BufferedIOBase, size: int) -> None:
        self.stream, self.left = stream, size

    def read(self, size: int, /) -> bytes:
        block = self.stream.read(min(size, self.left))
        if len(block) < min(size, self.left):
            raise EOFError("the content ends too early")
        self.left -= len(block)
        return block


class Right:
    """Reads lines of kind, size and name, each followed by content; others do one thing wrong."""

    content: type[Content] = Content

    def members(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> Iterator[Member]:
        if options:
            raise DefinitionError("there are no options")
        return self.iterate(stream)

    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        while (line := self.line(stream)) != b"end\n":
            kind, size, name = line.split()
            content = self.content(stream, int(size))
            yield self.member(name.decode(), KINDS[kind], content)
            self.skip(content)

    def line(self, stream: io.BufferedIOBase) -> bytes:
        line = stream.readline(1000)
        if not line.endswith(b"\n"):
            raise EOFError("there is no end")
        return line

    def member(self, name: str, kind: Kind, content: Content) -> Member:
        return Member(name, kind, content if kind == "file" else None)

    def skip(self, content: Content) -> None:
        while content.read(1000):
            pass


class LosesAByte(Right):
    class content(Content):  # noqa: N801
        def read(self, size: int, /) -> bytes:
            return super().read(size)[:-1]


class GivesLessThanAsked(Right):
    class content(Content):  # noqa: N801
        def read(self, size: int, /) -> bytes:
            return super().read(min(size, 5))


class LosesFolders(Right):
    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        return (each for each in super().iterate(stream) if each.kind == "file")


class MakesEverythingExecutable(Right):
    def member(self, name: str, kind: Kind, content: Content) -> Member:
        return Member(name, kind, content if kind == "file" else None, executable=True)


class Seeks(Right):
    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        stream.seek(0)
        return super().iterate(stream)


class OneArchiveAtATime(Right):
    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        self.latest = stream
        return super().iterate(stream)

    def line(self, stream: io.BufferedIOBase) -> bytes:
        return super().line(self.latest)


class NeedsItsContentRead(Right):
    def skip(self, content: Content) -> None:
        pass


class SkipsTooMuch(Right):
    """Takes it that all content is read or none is."""

    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        self.read: bool | None = None
        return super().iterate(stream)

    def skip(self, content: Content) -> None:
        if self.read is None:
            self.read = content.left == 0
        if not self.read:
            super().skip(content)


class TrustsFullReads(Right):
    def line(self, stream: io.BufferedIOBase) -> bytes:
        found = stream.peek(1000)  # type: ignore[attr-defined]
        line: bytes = found[: found.index(b"\n") + 1]
        return stream.read(len(line))


class ForgivesAnEarlyEnd(Right):
    def line(self, stream: io.BufferedIOBase) -> bytes:
        return stream.readline() or b"end\n"


class ForgivesCutContent(ForgivesAnEarlyEnd):
    class content(Content):  # noqa: N801
        def read(self, size: int, /) -> bytes:
            block = self.stream.read(min(size, self.left))
            self.left -= len(block)
            return block


class NeverNoticesTheEnd(Right):
    def line(self, stream: io.BufferedIOBase) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            line += stream.readline()
        return line


class AcceptsNothing(Right):
    def line(self, stream: io.BufferedIOBase) -> bytes:
        return super().line(stream) if stream.peek() else b"end\n"  # type: ignore[attr-defined]


class ForgivesDamage(Right):
    def line(self, stream: io.BufferedIOBase) -> bytes:
        return super().line(stream).replace(b"?", b"F")


class OverlooksOptions(Right):
    def members(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> Iterator[Member]:
        return super().members(stream, {})


class HoldsEverything(Right):
    def iterate(self, stream: io.BufferedIOBase) -> Iterator[Member]:
        return super().iterate(io.BytesIO(stream.read()))


ARCHIVE = b"F 5 a\nwordsD 0 b\nF 0 b/empty\nF 96 b/c\n%send\n" % (b"wordy " * 16)
MEMBERS = (
    Packed("a", b"words"),
    Packed("b", kind="folder"),
    Packed("b/empty"),
    Packed("b/c", b"wordy " * 16),
)


class TestRight(UnpackerContract):
    record = Unpacker("right", f"{Right.__module__}:Right", magic=(b"F 5", b"D"))
    archives = ((ARCHIVE, MEMBERS), (b"end\n", ()))
    damaged = (ARCHIVE.replace(b"F", b"?"),)
    wrong_options = ({"dots": False},)

    def long(self) -> bytes:
        return b"F %d a\n%s" % (4 * MEMORY, bytes(4 * MEMORY)) + ARCHIVE


class TestSeeking(UnpackerContract):
    """What must seek is given a file."""

    record = Unpacker("seeks", f"{Right.__module__}:Seeks", seeks=True)
    archives = TestRight.archives


class TestForgiving(UnpackerContract):
    """An author says where a part of an archive, or nothing, is an archive, too."""

    record = Unpacker("forgiving", f"{Right.__module__}:ForgivesAnEarlyEnd")
    archives = ((ARCHIVE, MEMBERS), (b"", ()))

    def cuts(self, archive: bytes) -> tuple[bytes, ...]:
        return ()


WRONG = (AssertionError, OSError, EOFError, ValueError, KeyError, pytest.fail.Exception)

CAUGHT = [
    ("test_members_are_as_expected", LosesAByte, (1 << 20,)),
    ("test_members_are_as_expected", GivesLessThanAsked, (7,)),
    ("test_members_are_as_expected", LosesFolders, (1 << 20,)),
    ("test_members_are_as_expected", MakesEverythingExecutable, (1 << 20,)),
    ("test_members_are_as_expected", Seeks, (1 << 20,)),
    ("test_archives_are_read_side_by_side", OneArchiveAtATime, ()),
    ("test_content_need_not_be_read", NeedsItsContentRead, ()),
    ("test_some_content_need_not_be_read", SkipsTooMuch, ()),
    ("test_short_reads_make_no_difference", TrustsFullReads, ()),
    ("test_early_end_is_refused", ForgivesCutContent, ()),
    ("test_early_end_is_refused", NeverNoticesTheEnd, ()),
    ("test_empty_file_is_refused", AcceptsNothing, ()),
    ("test_damage_is_refused", ForgivesDamage, ()),
    ("test_wrong_options_are_refused", OverlooksOptions, ()),
    ("test_memory_is_bounded", HoldsEverything, (False,)),
    ("test_memory_is_bounded", HoldsEverything, (True,)),
]


@pytest.mark.parametrize(("test", "wrong", "arguments"), CAUGHT)
def test_wrong_unpacker_is_caught(
    test: str, wrong: type[Right], arguments: tuple[object, ...]
) -> None:
    """What an unpacker does wrong, the contract notices."""
    contract = TestRight()
    contract.unpacker = wrong()
    with pytest.raises(WRONG):
        getattr(contract, test)(*arguments)


def test_wrong_magic_is_caught() -> None:
    """A record that describes other archives is noticed."""
    contract = TestRight()
    contract.record = Unpacker("other", "x:Y", magic=(b"F 5",), offset=4)  # type: ignore[misc]
    with pytest.raises(AssertionError):
        contract.test_record_describes_the_archives()


def test_an_archive_that_proves_nothing_is_caught() -> None:
    """What is not long does not show that memory is bounded."""
    contract = TestRight()
    contract.long = lambda: ARCHIVE  # type: ignore[method-assign]
    with pytest.raises(AssertionError, match="not long enough"):
        contract.test_memory_is_bounded(skipping=False)


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(UnpackerContract) if name.startswith("test_")}
    assert {"test_record_describes_the_archives", *(test for test, *_ in CAUGHT)} == tests
