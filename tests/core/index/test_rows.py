"""What is written into the index, and what goes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.database import empty_index
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.listing import Listing
from datamaestro.index.rows import (
    ENVIRONMENTS,
    SURVEYS,
    environment_number,
    insert_repository,
    insert_survey,
    remove_environments,
    remove_repositories,
)
from datamaestro.repository import Problem
from datamaestro_hookspecs.cards import Card

TABLES = ("repositories", "data_sets", "texts", "said", "words", "cards", "names", "broken")
OFFER = Offer("acme", "acme:R", "acme:R")


def compiled(*ids: str) -> Compiled:
    cards = [Card(one, "acme", aliases=(f"{one}.alias",)) for one in ids]
    rows = tuple(Row(card, card_to_json(card), "") for card in cards)
    return Compiled("", "", rows, (Problem("", "wrong"),))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Return an index without rows."""
    with closing(empty_index()) as connection:
        yield connection


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
    }


def test_a_repository_takes_the_place_of_what_is_there_of_its_name(
    connection: sqlite3.Connection,
) -> None:
    """Nothing of it is left; what is in another environment stays."""
    here, there = (environment_number(connection, name) for name in ('["here"]', '["there"]'))
    insert_repository(connection, there, OFFER, "", compiled("c"))
    insert_repository(connection, here, OFFER, "", compiled("a", "b"))
    other = Offer("acme", "other:R", "other:R")
    number = insert_repository(connection, here, other, "", compiled("d"))
    assert ["d"] == [card.id for card in Listing(connection, [number]).cards()]
    expected = {"repositories": 2, "data_sets": 2, "texts": 1, "said": 2, "words": 2}
    expected |= {"cards": 2, "names": 4, "broken": 2}
    assert expected == counts(connection)


def test_a_repository_goes_with_all_that_is_its(connection: sqlite3.Connection) -> None:
    """No table keeps a row of it."""
    here = environment_number(connection, '["here"]')
    number = insert_repository(connection, here, OFFER, "", compiled("a"))
    remove_repositories(connection, [number])
    assert dict.fromkeys(TABLES, 0) == counts(connection)


def test_odd_texts_are_written(connection: sqlite3.Connection) -> None:
    """An error may name a file whose name is no UTF-8."""
    here = environment_number(connection, '["here"]')
    odd = Compiled("\udcff", "\udcfe", (), (Problem("\udcfd", "no \udcfc"),))
    number = insert_repository(connection, here, OFFER, "", odd)
    assert ["\\udcfe", "no \\udcfc"] == Listing(connection, [number]).problems()


def test_few_surveys_are_kept(connection: sqlite3.Connection) -> None:
    """The newest; the one that is written again is one of them."""
    here, there = (environment_number(connection, name) for name in ('["here"]', '["there"]'))
    insert_survey(connection, there, "0", [])
    for number in range(SURVEYS):
        insert_survey(connection, here, f"{number}", [])
    for number in (0, SURVEYS):
        insert_survey(connection, here, f"{number}", [OFFER])
    rows = connection.execute("SELECT key FROM surveys WHERE environment = ?", (here,)).fetchall()
    assert {"0", *(f"{number}" for number in range(2, SURVEYS + 1))} == {key for (key,) in rows}


def test_environments_that_are_gone_are_removed(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    """With their repositories; a virtual environment's folder says whether it is there."""
    (tmp_path / "there").mkdir()
    names = [json.dumps(["Python", str(tmp_path / word)]) for word in ("here", "there", "gone")]
    here, there, gone = (environment_number(connection, name) for name in names)
    for number in (here, there, gone):
        insert_repository(connection, number, OFFER, "", compiled(f"a{number}"))
        insert_survey(connection, number, "x", [])
    remove_environments(connection, here)
    left = connection.execute("SELECT number FROM environments").fetchall()
    assert {here, there} == {number for (number,) in left}
    assert (2, 2) == (counts(connection)["repositories"], counts(connection)["cards"])
    assert 2 == len(connection.execute("SELECT 1 FROM surveys").fetchall())


def test_few_environments_are_kept(connection: sqlite3.Connection) -> None:
    """Those that were written last, and our own."""
    numbers = [
        environment_number(connection, json.dumps([f"{number}"]))
        for number in range(ENVIRONMENTS + 2)
    ]
    environment_number(connection, json.dumps(["0"]))
    remove_environments(connection, numbers[1])
    left = connection.execute("SELECT number FROM environments").fetchall()
    assert {*numbers} - {numbers[2]} == {number for (number,) in left}


def test_an_environment_whose_name_makes_no_sense_is_removed(
    connection: sqlite3.Connection,
) -> None:
    """Such as that of another version; nothing fails for that."""
    own = environment_number(connection, json.dumps([]))
    for name in ("", "{", "3", "[3]"):
        environment_number(connection, name)
    remove_environments(connection, own)
    left = connection.execute("SELECT number FROM environments").fetchall()
    assert [own] == [number for (number,) in left]
