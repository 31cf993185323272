"""A wrong transport does not keep the contract; a right one needs nothing on the other side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import pytest
from attrs import evolve

from datamaestro.testing import TransportContract
from datamaestro_hookspecs.errors import DatasetNotFound
from datamaestro_hookspecs.offers import Content, Offer, Wanted
from datamaestro_hookspecs.sides import Side
from datamaestro_hookspecs.transports import Opening, Transport

SHELVES: dict[str, dict[str, Any]] = {}
"""What an object store has, by target: contents by digest, and lines of offers by data set."""


class Right:
    """Keeps contents by their digests, as an object store would; those below do one thing wrong."""

    name = "memory"
    streams = 1

    def open(self, opening: Opening) -> Side:
        self.shelf = SHELVES.setdefault(opening.target, {"contents": {}, "offers": {}})
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def offers(self, references: Sequence[str]) -> list[Offer]:
        known: dict[str, list[str]] = self.shelf["offers"]
        found = []
        for reference in references or known:
            dataset = next((one for one in known if reference in (one, one.split("@")[0])), None)
            if dataset is None:
                raise DatasetNotFound(reference)
            found.append(Offer.of_lines(iter(known[dataset])))
        return found

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        digests = {one.path: one.sha256 for one in offer.files}
        for one in wanted:
            whole, executable = self.shelf["contents"][digests[one.path]]
            data = memoryview(whole)[one.offset :]

            def readinto(buffer: memoryview) -> int:
                nonlocal data
                block, data = data[: len(buffer)], data[len(buffer) :]
                buffer[: len(block)] = block
                return len(block)

            yield Content(one.path, one.size, readinto, one.offset, executable=executable)

    def lacking(self, offer: Offer) -> list[Wanted]:
        there = self.shelf["contents"]
        files = [one for one in offer.files if not one.link and one.sha256 not in there]
        return [Wanted(one.path, one.size) for one in files]

    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[Coming]:
        yield Coming(self, offer)

    def is_right(self, data: bytes, sha256: str) -> bool:
        return hashlib.sha256(data).hexdigest() == sha256

    def keep(self, offer: Offer) -> None:
        self.shelf["offers"][offer.dataset] = list(offer.lines())


class Coming:
    def __init__(self, side: Right, offer: Offer) -> None:
        self.side, self.offer, self.lacking = side, offer, side.lacking(offer)

    def receive(self, contents: Iterable[Content]) -> list[str]:
        digests, wrong = {one.path: one.sha256 for one in self.offer.files}, []
        for content in contents:
            data, buffer = b"", memoryview(bytearray(1 << 20))
            while count := content.readinto(buffer):
                data += buffer[:count]
            if self.side.is_right(data, digests[content.path]):
                kept = (data, content.executable)
                self.side.shelf["contents"][digests[content.path]] = kept
            else:
                wrong.append(content.path)
        return wrong

    def commit(self) -> None:
        self.side.keep(self.offer)


class ServesNothing(Right):
    streams = 0


class ForgetsLinks(Right):
    def keep(self, offer: Offer) -> None:
        super().keep(evolve(offer, files=tuple(one for one in offer.files if not one.link)))


class SendsAllAgain(Right):
    def lacking(self, offer: Offer) -> list[Wanted]:
        return [Wanted(one.path, one.size) for one in offer.files if not one.link]


class ShowsWhatIsComing(Right):
    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[Coming]:
        self.keep(offer)
        yield Coming(self, offer)


class BelievesAnything(Right):
    def is_right(self, data: bytes, sha256: str) -> bool:
        return True


class ClaimsToHaveAll(Right):
    def lacking(self, offer: Offer) -> list[Wanted]:
        return super().lacking(offer) if not self.shelf["contents"] else []


class SaysAnotherOffset(Right):
    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        for content in super().read(offer, wanted):
            yield evolve(content, offset=content.offset + 1)


class RunsNothing(Right):
    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        for content in super().read(offer, wanted):
            yield evolve(content, executable=False)


class KeepsOne(Right):
    def keep(self, offer: Offer) -> None:
        self.shelf["offers"].clear()
        super().keep(offer)


@pytest.fixture
def target() -> Iterator[str]:
    SHELVES.clear()
    yield "memory://here"
    SHELVES.clear()


class TestRight(TransportContract):
    record: ClassVar = Transport("memory", ("memory",), f"{Right.__module__}:Right")


@pytest.mark.parametrize(
    ("test", "wrong", "more"),
    [
        ("test_record_serves_the_target", ServesNothing, {}),
        ("test_what_was_brought_is_offered", ForgetsLinks, {}),
        ("test_what_is_there_is_not_lacking", SendsAllAgain, {}),
        ("test_what_was_never_brought_is_not_there", ShowsWhatIsComing, {}),
        ("test_what_is_wrong_is_said_and_not_kept", BelievesAnything, {}),
        ("test_what_is_interrupted_is_gone_on_with", ClaimsToHaveAll, {"count": 3_500_000}),
        ("test_a_file_is_read_from_an_offset", SaysAnotherOffset, {}),
        ("test_what_may_be_run_may_be_run_elsewhere", RunsNothing, {}),
        ("test_several_data_sets", KeepsOne, {}),
    ],
)
def test_wrong_transport_is_caught(
    test: str, wrong: type[Right], more: dict[str, Any], target: str
) -> None:
    """What a transport does wrong, the contract notices."""
    contract = TestRight()
    contract.transport = wrong()
    with pytest.raises((AssertionError, DatasetNotFound, KeyError, pytest.fail.Exception)):
        getattr(contract, test)(target=target, **more)
