"""Where a transfer begins: at what an earlier try has left, or at the first byte."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from datamaestro.engine.connection import Connection
from datamaestro.engine.content import Content, open_content
from datamaestro.engine.retries import Patience
from datamaestro.engine.run import Run
from datamaestro.errors import TransferError
from datamaestro.plugins.registry import plugins
from datamaestro.settings import Settings
from datamaestro.store.layout import Store
from datamaestro.store.partial import Mark, Partial, partial_of
from datamaestro.store.writers import start_writing
from datamaestro.testing.faults import FaultServer, Validator, rangeless, refuse, sizeless
from datamaestro_hookspecs.cards import Card
from datamaestro_hookspecs.downloaders import Facts
from support.transfers import content, digest

DATA = content(1000)
THERE = 400


@pytest.fixture
def run(store: Path) -> Run:
    definition: Any = SimpleNamespace(card=Card("org.example.one", "test"))
    writer = start_writing(store / "partial")
    return Run(definition, Store(store), writer, {}, {}, {}, Settings(store), plugins())


@pytest.fixture
def url(server: FaultServer) -> str:
    server.files["x"] = DATA
    return server.url("x")


@pytest.fixture
def partial(run: Run, server: FaultServer, url: str) -> Partial:
    """Return what is left of a try that broke off; the server has forgotten it."""
    return left_behind(run, server, url, THERE)


def left_behind(run: Run, server: FaultServer, url: str, count: int) -> Partial:
    partial = partial_of(run.writer.folder, url, "x")
    with Connection(run, url) as connection:
        open_content(connection, partial, patience(0), checkable=True)
    partial.path.write_bytes(DATA[:count])
    partial.add(Mark(count, digest(DATA[:count])))
    server.requests.clear()
    return partial_of(run.writer.folder, url, "x")


def patience(retries: int) -> Patience:
    return Patience(retries, lambda seconds: None)


def opened(
    run: Run, partial: Partial, url: str, *, checkable: bool = False, retries: int = 0
) -> tuple[Content, int]:
    """Return what is behind a URL, and where the connection to it begins; -1: there is none."""
    with Connection(run, url) as connection:
        found = open_content(connection, partial, patience(retries), checkable=checkable)
        return found, connection.position


def is_there(partial: Partial) -> bool:
    """Return whether what an earlier try has left is still of use, on disk and as it is known."""
    on_disk = partial_of(partial.path.parent, partial.journal.url, "x").journal
    assert on_disk.length == partial.journal.length
    return partial.path.exists() and on_disk.length == THERE


def ranges(server: FaultServer) -> list[str | None]:
    """Return what was asked for, request by request."""
    return [request.headers.get("Range") for request in server.requests]


FROM_THERE = f"bytes={THERE}-"


def test_what_is_new_begins_at_the_first_byte(run: Run, server: FaultServer, url: str) -> None:
    """What the server says of it is what a later run will go by."""
    partial = partial_of(run.writer.folder, url, "x")
    found, start = opened(run, partial, url)
    assert (0, len(DATA)) == (start, found.facts.size)
    expected = (found.facts.validator, len(DATA), url)
    assert expected == (partial.journal.validator, partial.journal.size, partial.journal.url)
    assert [None] == ranges(server)


@pytest.mark.parametrize("kind", ["strong", "date"])
def test_the_same_content_is_gone_on_with(
    kind: Validator, run: Run, server: FaultServer, url: str
) -> None:
    """Whatever says that it is the same, also where no digest is declared."""
    server.validator = kind
    partial = left_behind(run, server, url, THERE)
    found, start = opened(run, partial, url)
    assert (THERE, len(DATA)) == (start, found.facts.size)
    assert is_there(partial)
    assert [FROM_THERE] == ranges(server)


def test_other_content_is_begun_anew(
    run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """What had arrived of the former content goes, with its journal."""
    server.files["x"] = content(1000, seed=1)
    found, start = opened(run, partial, url, checkable=True)
    assert (0, False) == (start, is_there(partial))
    assert partial.journal.validator == found.facts.validator


@pytest.mark.parametrize("size", [THERE - 1, THERE + 1, len(DATA) + 1])
def test_content_of_another_size_is_begun_anew(
    size: int, run: Run, server: FaultServer, url: str
) -> None:
    """Even if its server says that it is the same."""
    server.validator = "constant"
    partial = left_behind(run, server, url, THERE)
    server.files["x"] = content(size, seed=1)
    found, start = opened(run, partial, url)
    assert (0, size, False) == (start, found.facts.size, is_there(partial))
    assert size == partial.journal.size


@pytest.mark.parametrize("status", [400, 416])
def test_a_range_that_is_refused_is_not_the_end(
    status: int, run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """The whole may be had where a part is not."""
    server.will("x", refuse(status))
    assert 0 == opened(run, partial, url)[1]
    assert not is_there(partial)
    assert [FROM_THERE, None] == ranges(server)


def test_a_server_without_ranges_sends_the_whole(
    run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """It is taken as it comes, in the same response."""
    server.will("x", rangeless())
    found, start = opened(run, partial, url, checkable=True)
    assert (0, False, False) == (start, found.divisible, is_there(partial))
    assert 1 == len(server.requests)


def test_without_a_validator_the_digest_decides(run: Run, server: FaultServer, url: str) -> None:
    """Where none is declared either, nothing is joined; else it is found out in the end."""
    server.validator = "none"
    partial = left_behind(run, server, url, THERE)
    assert THERE == opened(run, partial, url, checkable=True)[1]
    assert is_there(partial)
    assert 0 == opened(run, partial, url)[1]
    assert not is_there(partial)
    assert [FROM_THERE, None] == ranges(server)


def test_what_is_complete_is_not_asked_for(run: Run, server: FaultServer, url: str) -> None:
    """All that is known of it is in its journal."""
    partial = left_behind(run, server, url, len(DATA))
    found, start = opened(run, partial, url)
    assert (-1, len(DATA), []) == (start, found.facts.size, server.requests)
    assert DATA == partial.path.read_bytes()


def test_the_size_is_not_forgotten(
    run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """A server may tell it once, and not with a part."""
    server.will("x", sizeless())
    found, start = opened(run, partial, url)
    assert (THERE, len(DATA), len(DATA)) == (start, found.facts.size, partial.journal.size)


def test_a_server_that_is_busy_is_asked_again(
    run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """For the same part; in the end it is given up, and what is there stays."""
    server.will("x", refuse(503), refuse(503))
    assert THERE == opened(run, partial, url, retries=2)[1]
    server.will("x", refuse(503), refuse(503))
    with pytest.raises(TransferError):
        opened(run, partial, url, retries=1)
    assert is_there(partial)
    assert [FROM_THERE] * 5 == ranges(server)


def test_what_is_gone_is_given_up(
    run: Run, server: FaultServer, url: str, partial: Partial
) -> None:
    """What had arrived stays: it may come back."""
    server.always = refuse(404)
    with pytest.raises(TransferError, match="404"):
        opened(run, partial, url, retries=5)
    assert is_there(partial)


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
    ("facts", "expected"),
    [
        (FACTS, True),
        (evolve(FACTS, size=None), True),
        (evolve(FACTS, size=6), False),
        (evolve(FACTS, validator='"w"'), False),
        (evolve(FACTS, validator=None), False),
    ],
)
def test_what_belongs_together(facts: Facts, expected: bool) -> None:
    """The same validator, and no other size."""
    assert expected == Content("u", FACTS, checkable=True).is_of(facts)
