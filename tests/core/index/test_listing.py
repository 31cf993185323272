"""What the index says of data sets."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest

from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.database import empty_index
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.listing import Damaged, Listing
from datamaestro.index.rows import environment_number, insert_repository
from datamaestro.query import parse_query
from datamaestro.repository import Problem
from datamaestro_hookspecs.cards import Card, ResourceCard, Source

CSV = ResourceCard("data", "a.csv", Source(("https://example.org/a.csv.gz",), size=10))
CARDS = (
    Card(
        *("org.b", "two", "B"),
        tags=("big", "red"),
        tasks=("sort",),
        types=("m:Base",),
        resources=(CSV,),
    ),
    Card(
        *("org.a", "two"),
        tags=("small",),
        types=("pack.mod:Sub", "m:Base"),
        aliases=("org.old",),
        size=2**80,
    ),
    Card("ORG.A", "one", tags=('qu"oted', "re[d]"), tasks=("sort", "rank"), size=200),
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


class NoDisk:
    """Nothing is downloaded."""

    def recorded(self) -> Iterable[tuple[str, str]]:
        """Return nothing."""
        return ()

    def has(self, document: str) -> bool:
        """Return no."""
        return False


def found(listing: Listing, query: str, sort: str = "relevance") -> list[str]:
    """Return the ids that a query finds."""
    return [one.id for one in listing.listed(listing.search(parse_query(query), NoDisk(), sort))]


def test_one_listing_is_searched_again_and_again(listing: Listing) -> None:
    """For other terms; without any, it has all, by repository and id."""
    assert ["ORG.A", "org.a", "org.b"] == found(listing, "")
    assert ["org.a"] == found(listing, "tag:small")
    assert ["ORG.A", "org.b"] == found(listing, "task:sort")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("id", ["ORG.A", "org.a", "org.b"]),
        ("name", ["org.b", "ORG.A", "org.a"]),
        ("size", ["org.a", "ORG.A", "org.b"]),
    ],
)
def test_what_is_found_is_sorted(sort: str, expected: list[str], listing: Listing) -> None:
    """By name, or the largest first; what has none comes last."""
    assert expected == found(listing, "", sort)


def test_all_that_is_said_of_what_was_found_can_be_read(listing: Listing) -> None:
    """As entries, in the same order; or the cards of all, in the repository's order."""
    (entry,) = listing.entries(listing.search(parse_query("tag:big"), NoDisk()))
    assert ("org.b@two", "B", ("big", "red")) == (entry.identity, entry.name, entry.tags)
    assert ("Base", ("csv", "gz"), 10) == (entry.type, entry.formats, entry.size)
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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cards SET card = '{'",
        "UPDATE cards SET card = '[]'",
        "UPDATE cards SET card = replace(card, 'org.b', 'no id!')",
        "UPDATE cards SET card = replace(card, 'aliases', 'nothing')",
        "DROP TABLE cards",
        "DROP TABLE data_sets",
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
    [
        "UPDATE texts SET text = NULL",
        "DROP TABLE said",
        "DROP TABLE ranges",
        "DELETE FROM columns",
        "UPDATE columns SET lines = NULL",
        "UPDATE columns SET lines = ''",
        "UPDATE columns SET lines = 'a' || lines WHERE field = 'size'",
        "UPDATE columns SET lines = x'00' WHERE field = 'sizes'",
        "UPDATE columns SET lines = zeroblob(800) WHERE field = 'by_size'",
    ],
)
def test_rows_that_make_no_sense_are_told(
    statement: str, connection: sqlite3.Connection, listing: Listing
) -> None:
    """So that they are made anew, too."""
    connection.execute(statement)
    with pytest.raises(Damaged):
        found(listing, "tag: OR size:")


def test_documents_that_are_gone_are_told(connection: sqlite3.Connection, listing: Listing) -> None:
    """Also where the row that is searched is there."""
    connection.execute("DELETE FROM cards")
    with pytest.raises(Damaged):
        listing.entries(listing.search(parse_query(""), NoDisk()))


def test_a_data_set_is_found_by_its_names(listing: Listing) -> None:
    """Id or alias, with its repository or without; no other letters, and no other repository."""
    for name in ("org.a", "org.old", "org.a@two"):
        (found,) = listing.named(name)
        assert ("org.a", "two", []) == (
            found.facts["id"],
            found.facts["repository"],
            found.facts["resources"],
        )
    for name in ("org.a@one", "Org.a", "org", ""):
        assert [] == listing.named(name)


def test_an_id_goes_before_an_alias(connection: sqlite3.Connection, listing: Listing) -> None:
    """Where a repository has both."""
    (number,) = connection.execute("SELECT number FROM data_sets WHERE id = 'org.b'").fetchone()
    connection.execute("INSERT INTO names VALUES ('org.a', ?)", (number,))
    assert ["org.a"] == [one.facts["id"] for one in listing.named("org.a")]


@pytest.mark.parametrize("card", ["{", "[]", '{"repository": "two"}'])
def test_facts_that_make_no_sense_are_told(
    card: str, connection: sqlite3.Connection, listing: Listing
) -> None:
    """So that they are made anew."""
    connection.execute("UPDATE cards SET card = ?", (card,))
    with pytest.raises(Damaged):
        listing.named("org.a")
