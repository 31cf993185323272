"""Where a transfer begins: at what an earlier try has left, or at the first byte."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from datamaestro.engine.connection import Connection
from datamaestro.engine.content import Content, open_content
from datamaestro.engine.expected import Expected
from datamaestro.engine.retries import Patience
from datamaestro.engine.run import Run
from datamaestro.errors import TransferError
from datamaestro.plugins.registry import plugins
from datamaestro.settings import Settings
from datamaestro.store.layout import Store
from datamaestro.store.partial import Mark, Partial, partial_of
from datamaestro.store.writers import start_writing
from datamaestro.testing.faults import FaultServer, Validator, change, rangeless, refuse, sizeless
from datamaestro_hookspecs.cards import Card, ResourceCard, Source
from datamaestro_hookspecs.downloaders import Facts
from support.transfers import content, digest

DATA = content(1000)
THERE = 400
FROM_THERE = f"bytes={THERE}-"


class World:
    """A server that has :data:`DATA`, and a run that fetches it."""

    def __init__(self, store: Path, server: FaultServer) -> None:
        definition: Any = SimpleNamespace(card=Card("org.example.one", "test"))
        writer = start_writing(store / "partial")
        self.run = Run(definition, Store(store), writer, {}, {}, {}, Settings(store), plugins())
        self.server, self.url = server, server.url("x")
        self.server.files["x"] = DATA
        self.partial = self.on_disk()

    def on_disk(self) -> Partial:
        """Return what is on disk of the file, as a run finds it that begins now."""
        return partial_of(self.run.writer.folder, self.url, "x")

    def leave_behind(self, count: int = THERE) -> None:
        """Let so many bytes be left of a try that broke off."""
        self.open(checkable=True)
        self.partial.path.write_bytes(DATA[:count])
        self.partial.add(Mark(count, digest(DATA[:count])))
        self.partial = self.on_disk()
        self.server.requests.clear()

    def open(self, *, checkable: bool = False, retries: int = 0) -> tuple[Content, int]:
        """Return what is behind the URL, and where the connection begins; -1: there is none."""
        patience = Patience(retries, lambda seconds: None)
        source = Source((self.url,), digests={"sha256": digest(DATA)} if checkable else {})
        expected = Expected(ResourceCard("x", "x", source), source, self.url)
        with Connection(self.run, self.url) as connection:
            found = open_content(connection, self.partial, patience, expected)
            return found, connection.position

    @property
    def still_there(self) -> bool:
        """Whether what was left behind is still of use."""
        known, on_disk = self.partial.journal.length, self.on_disk().journal.length
        assert (known, on_disk) in [(THERE, THERE), (0, 0)]
        return known == THERE

    @property
    def asked_for(self) -> list[str | None]:
        """The ranges that were asked for, request by request."""
        return [request.headers.get("Range") for request in self.server.requests]


@pytest.fixture
def world(store: Path, server: FaultServer) -> World:
    return World(store, server)


def test_what_is_new_begins_at_the_first_byte(world: World) -> None:
    """What the server says of it is what a later run will go by."""
    found, start = world.open()
    assert (0, len(DATA), [None]) == (start, found.facts.size, world.asked_for)
    journal = world.partial.journal
    expected = (found.facts.validator, len(DATA), world.url)
    assert expected == (journal.validator, journal.size, journal.url)


@pytest.mark.parametrize("kind", ["strong", "date"])
def test_the_same_content_is_gone_on_with(kind: Validator, world: World) -> None:
    """Whatever says that it is the same, also where no digest is declared."""
    world.server.validator = kind
    world.leave_behind()
    found, start = world.open()
    assert (THERE, len(DATA), True) == (start, found.facts.size, world.still_there)
    assert [FROM_THERE] == world.asked_for


ANEW = {
    "other content": (change(content(1000, seed=1)), [FROM_THERE]),
    "no ranges": (rangeless(), [FROM_THERE]),
    "no such range": (refuse(416), [FROM_THERE, None]),
    "bad request": (refuse(400), [FROM_THERE, None]),
}


@pytest.mark.parametrize("case", ANEW)
def test_what_cannot_be_gone_on_with_is_begun_anew(case: str, world: World) -> None:
    """What had arrived goes; the whole comes in the same response, or may be had on its own."""
    world.leave_behind()
    fault, expected = ANEW[case]
    world.server.will("x", fault)
    found, start = world.open(checkable=True)
    assert (0, False, expected) == (start, world.still_there, world.asked_for)
    assert found.facts.validator == world.partial.journal.validator


@pytest.mark.parametrize("size", [THERE - 1, THERE + 1, len(DATA) + 1])
def test_content_of_another_size_is_begun_anew(size: int, world: World) -> None:
    """Even if its server says that it is the same."""
    world.server.validator = "constant"
    world.leave_behind()
    world.server.files["x"] = content(size, seed=1)
    found, start = world.open()
    assert (0, size, False) == (start, found.facts.size, world.still_there)
    assert size == world.partial.journal.size


def test_without_a_validator_the_digest_decides(world: World) -> None:
    """Where none is declared either, nothing is joined; else it is found out in the end."""
    world.server.validator = "none"
    world.leave_behind()
    assert (THERE, True) == (world.open(checkable=True)[1], world.still_there)
    assert (0, False) == (world.open()[1], world.still_there)
    assert [FROM_THERE, None] == world.asked_for


def test_what_is_complete_is_not_asked_for(world: World) -> None:
    """All that is known of it is in its journal."""
    world.leave_behind(len(DATA))
    found, start = world.open()
    assert (-1, len(DATA), []) == (start, found.facts.size, world.asked_for)
    assert DATA == world.partial.path.read_bytes()


def test_the_size_is_not_forgotten(world: World) -> None:
    """A server may tell it once, and not with a part."""
    world.leave_behind()
    world.server.will("x", sizeless())
    found, start = world.open()
    assert (THERE, len(DATA)) == (start, found.facts.size)
    assert len(DATA) == world.partial.journal.size


def test_a_server_that_is_busy_is_asked_again(world: World) -> None:
    """For the same part, as often as is allowed."""
    world.leave_behind()
    world.server.will("x", refuse(503), refuse(503))
    assert THERE == world.open(retries=2)[1]
    assert [FROM_THERE] * 3 == world.asked_for


@pytest.mark.parametrize(
    ("status", "asked_for"), [(503, [FROM_THERE] * 2), (404, [FROM_THERE, None])]
)
def test_what_is_given_up_stays(status: int, asked_for: list[str | None], world: World) -> None:
    """A later run may go on with it."""
    world.leave_behind()
    world.server.always = refuse(status)
    with pytest.raises(TransferError, match=f"the server says {status}"):
        world.open(retries=1)
    assert (asked_for, True) == (world.asked_for, world.still_there)


FACTS = Facts(size=5, validator='"v"', ranges=True)


@pytest.mark.parametrize(
    ("facts", "checkable", "joinable", "divisible"),
    [
        (FACTS, False, True, True),
        (evolve(FACTS, validator=None), True, True, True),
        (evolve(FACTS, validator=None), False, False, False),
        (evolve(FACTS, ranges=False), True, True, False),
        (evolve(FACTS, size=None), True, True, False),
    ],
)
def test_what_may_come_in_parts(
    facts: Facts, checkable: bool, joinable: bool, divisible: bool
) -> None:
    """One after the other where a mixture is found out; at a time where the server can, too."""
    found = Content("u", facts, checkable)
    assert (joinable, divisible) == (found.joinable, found.divisible)


@pytest.mark.parametrize(
    ("other", "expected"),
    [({}, True), ({"size": None}, True), ({"size": 6}, False)]
    + [({"validator": other}, False) for other in ('"w"', None)],
)
def test_what_belongs_together(other: dict[str, Any], expected: bool) -> None:
    """The same validator, and no other size."""
    assert expected == Content("u", FACTS, checkable=True).is_of(evolve(FACTS, **other))
