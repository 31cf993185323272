"""Columns: what all data sets of a repository say in a field."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datamaestro.index.columns import columns_of
from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.database import empty_index
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.rows import insert_repository
from datamaestro.index.searching import Search
from datamaestro.query import parse_query
from datamaestro.sizes import parse_size
from datamaestro_hookspecs.cards import Card

SIZES = (None, 0, 5, 5, 6, 2**40, None, 7, 2**63 - 1, 1, 5)

SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "": operator.eq,
}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Return an index of two repositories, whose data sets are as large as said."""
    with closing(empty_index()) as connection:
        for name in ("one", "two"):
            cards = [Card(f"org.a{place}", name, size=size) for place, size in enumerate(SIZES)]
            rows = tuple(Row(card, card_to_json(card), "") for card in cards)
            insert_repository(connection, 1, Offer(name, "", ""), "", Compiled(rows=rows))
        yield connection


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sign=st.sampled_from(list(SIGNS)),
    bound=st.sampled_from([size for size in SIZES if size is not None])
    | st.integers(0, 2**64)
    | st.integers(0, 9),
)
def test_sizes_in_their_order_find_what_a_look_at_each_finds(
    sign: str, bound: int, connection: sqlite3.Connection
) -> None:
    """Also where several are equal, or the bound is larger than any size may be."""
    rows = connection.execute("SELECT number, size FROM data_sets WHERE size IS NOT NULL")
    expected = {number for number, size in rows if SIGNS[sign](size, parse_size(str(bound)))}
    search = Search(connection, [1, 2], columns_of(connection, [1, 2]), None)
    assert expected == search.find(parse_query(f"size:{sign}{bound}"))


def test_ranges_of_sizes_may_be_empty(connection: sqlite3.Connection) -> None:
    """Such as those whose end is before their beginning."""
    search = Search(connection, [1], columns_of(connection, [1]), None)
    assert [3, 0, 0] == [
        len(search.find(parse_query(f"size:{text}"))) for text in ("5..5", "9..6", "2..4")
    ]
