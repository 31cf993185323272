"""What the index says of data sets."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.database import empty_index
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.listing import Damaged, Listing
from datamaestro.index.rows import environment_number, insert_repository
from datamaestro.query import Term, parse_query, parse_terms
from datamaestro.repository import Problem
from datamaestro_hookspecs.cards import Card

CARDS = (
    Card("org.b", "two", name="B", tags=("big", "red"), tasks=("sort",), types=("m:Base",)),
    Card("org.a", "two", tags=("small",), types=("pack.mod:Sub", "m:Base"), aliases=("org.old",)),
    Card("ORG.A", "one", tags=('qu"oted', "re[d]"), tasks=("sort", "rank")),
)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Return an index of a repository with three data sets, after an empty one."""
    with closing(empty_index()) as connection:
        environment = environment_number(connection, '["here"]')
        rows = tuple(Row(card, card_to_json(card), "") for card in CARDS)
        problems = (Problem("acme.config.x", "cannot import"), Problem("", "a data set"))
        for name, compiled in {
            "broken": Compiled(failure="broken is left out"),
            "acme": Compiled("Data sets", "", rows, problems),
        }.items():
            insert_repository(connection, environment, Offer(name, "a:B", "a:B"), "", compiled)
        yield connection


@pytest.fixture
def listing(connection: sqlite3.Connection) -> Listing:
    """Return what it lists."""
    return Listing(connection, [1, 2])


QUERIES = [
    [],
    ["a"],
    ["org"],
    [r"^org\.a$"],
    ["tag:red"],
    ["tag:^red$"],
    ['tag:"'],
    ["task:sort", "tag:red"],
    ["type:base"],
    ["type:Sub"],
    ["type:pack.mod.sub"],
    ["repo:one"],
    ["task:rank", "repo:two"],
]


@pytest.mark.parametrize("query", QUERIES, ids=" ".join)
def test_a_search_finds_what_a_look_at_each_card_finds(query: list[str], listing: Listing) -> None:
    """The same data sets, by repository and id."""
    matches = parse_query(query)
    expected = sorted((card.repository, card.id, card.type_name) for card in CARDS if matches(card))
    found = listing.search(parse_terms(query))
    assert expected == [(one.repository, one.id, one.type_name) for one in found]


def test_one_listing_is_searched_again_and_again(listing: Listing) -> None:
    """For other terms."""
    assert 1 == len(listing.search(parse_terms(["tag:small"])))
    assert 2 == len(listing.search(parse_terms(["task:sort"])))


def test_all_that_is_known_of_what_was_found_can_be_read(listing: Listing) -> None:
    """As documents, in the same order; or the cards of all, in the repository's order."""
    (document,) = listing.documents(listing.search(parse_terms(["tag:big"])))
    assert ("org.b", "B", ["big", "red"]) == tuple(document[key] for key in ("id", "name", "tags"))
    assert list(CARDS) == listing.cards()
    assert {"org.a", "org.b", "ORG.A"} == listing.ids()


def test_what_cannot_be_used_is_told(listing: Listing) -> None:
    """Of repositories, modules and data sets."""
    told = {one.name: (one.description, one.failure, one.broken) for one in listing.repositories()}
    assert {
        "acme": ("Data sets", "", [("acme.config.x", "cannot import"), ("", "a data set")]),
        "broken": ("", "broken is left out", []),
    } == told
    assert ["broken is left out"] == listing.failures()
    assert ["broken is left out", "cannot import", "a data set"] == listing.problems()


def test_a_search_can_be_interrupted(listing: Listing) -> None:
    """A regular expression may take very long; Ctrl-C is not taken for damage."""

    def interrupted(text: str) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listing.search([Term("tags", interrupted)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cards SET card = '{'",
        "UPDATE cards SET card = '[]'",
        "UPDATE cards SET card = replace(card, 'org.b', 'no id!')",
        "UPDATE cards SET card = replace(card, 'aliases', 'nothing')",
        "DROP TABLE cards",
    ],
)
def test_cards_that_make_no_sense_are_told(
    statement: str, connection: sqlite3.Connection, listing: Listing
) -> None:
    """So that they are made anew."""
    connection.execute(statement)
    with pytest.raises(Damaged):
        listing.cards()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE data_sets SET tags = '{'", "UPDATE data_sets SET tags = NULL", "DROP TABLE data_sets"],
)
def test_rows_that_make_no_sense_are_told(
    statement: str, connection: sqlite3.Connection, listing: Listing
) -> None:
    """So that they are made anew, too."""
    connection.execute(statement)
    with pytest.raises(Damaged):
        listing.search(parse_terms(["tag:x"]))


def test_documents_that_are_gone_are_told(connection: sqlite3.Connection, listing: Listing) -> None:
    """Also where the row that is searched is there."""
    connection.execute("DELETE FROM cards")
    with pytest.raises(Damaged):
        listing.documents(listing.search([]))
