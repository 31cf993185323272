"""What a list shows of data sets, and in which order."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from unittest import mock

import pytest

import datamaestro.index.shown as shown
from datamaestro.index.columns import columns_of
from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.database import empty_index
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.rows import environment_number, insert_repository
from datamaestro.index.shown import Listed, Shown
from datamaestro_hookspecs.cards import Card

CARDS = {
    "two": [
        Card("org.b", "two", "Zebras\nand more", types=("a.b:C",), size=10),
        Card("org.a", "two", size=0),
        Card("org.a", "three", "ants", size=2**40),
    ],
    "none": [],
    "one": [
        Card("org.\u00e9", "one", "Ants \u2028 and bees"),
        Card("org.a", "one", "bees", size=10),
    ],
}
"""In an order of their own."""


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    """Return an index of the cards."""
    with closing(empty_index()) as connection:
        here = environment_number(connection, "[]")
        for name, cards in CARDS.items():
            rows = tuple(Row(card, card_to_json(card), "") for card in cards)
            insert_repository(connection, here, Offer(name, "a:B", "a:B"), "", Compiled(rows=rows))
        yield connection


def listed(connection: sqlite3.Connection, sort: str, owners: list[int]) -> list[str]:
    """Return the full names of all, sorted."""
    (count,) = connection.execute("SELECT max(number) FROM data_sets").fetchone()
    one = Shown(connection, columns_of(connection, owners))
    numbers = one.in_order(range(1, count + 1), {}, sort)
    return ["{}@{}".format(*facts) for facts in one.of(numbers, ("id", "repository"))]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("relevance", "org.a@one org.\u00e9@one org.a@three org.a@two org.b@two"),
        ("id", "org.a@one org.a@three org.a@two org.b@two org.\u00e9@one"),
        ("name", "org.a@three org.\u00e9@one org.a@one org.b@two org.a@two"),
        ("size", "org.a@three org.a@one org.b@two org.a@two org.\u00e9@one"),
    ],
)
def test_a_list_is_sorted(sort: str, expected: str, connection: sqlite3.Connection) -> None:
    """What is equal, by repository and id; what has no name or size is last."""
    assert expected.split() == listed(connection, sort, [1, 2, 3])


def test_what_fits_best_is_first(connection: sqlite3.Connection) -> None:
    """And what fits as well, by repository and id."""
    one = Shown(connection, columns_of(connection, [1, 2, 3]))
    numbers = one.in_order(range(1, 6), {}, "relevance")
    scores = dict(zip(numbers, (1, 0, 3, 1, 3), strict=True))
    expected = [numbers[place] for place in (2, 4, 0, 3, 1)]
    assert expected == one.in_order(set(numbers), scores, "relevance")


def test_other_repositories_are_left_out(connection: sqlite3.Connection) -> None:
    """As there are in an index of several environments."""
    assert ["org.a@one", "org.\u00e9@one"] == listed(connection, "relevance", [3, 2])


@pytest.mark.parametrize("few", [0, 1])
def test_each_is_shown_as_all_are(few: int, connection: sqlite3.Connection) -> None:
    """In any order, and of a name with several lines one line."""
    with mock.patch.object(shown, "FEW", few):
        one = Shown(connection, columns_of(connection, [1, 2, 3]))
        numbers = one.in_order(range(1, 6), {}, "relevance")
        random.Random(few).shuffle(numbers)
        found = {Listed._make(facts) for facts in one.of(numbers, Listed._fields)}
    assert found == {
        Listed("org.b", "two", "C", "Zebras and more", 10),
        Listed("org.a", "two", "?", "", 0),
        Listed("org.a", "three", "?", "ants", 2**40),
        Listed("org.\u00e9", "one", "?", "Ants \u2028 and bees", None),
        Listed("org.a", "one", "?", "bees", 10),
    }
