"""What queries find, with full-text search and without."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import datamaestro.index.database as database
import datamaestro.index.searching as searching
import datamaestro.index.values as values
from datamaestro.errors import UsageError
from datamaestro.index.columns import columns_of
from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.documents import card_to_json
from datamaestro.index.keys import Offer
from datamaestro.index.listing import Listing
from datamaestro.index.rows import environment_number, insert_repository
from datamaestro.index.searching import Search
from datamaestro.query import parse_query
from datamaestro.query.fields import FIELDS
from datamaestro.query.tree import Query
from datamaestro_hookspecs.cards import AxisCard, Card, ResourceCard, Source, Terms


def file(url: str, size: int | None = None) -> ResourceCard:
    """Return a resource that is downloaded."""
    path = url.rpartition("/")[2]
    return ResourceCard(path, path, Source((url,), size))


IMAGES = ("acme.data.image:Labelled", "datamaestro.data:Base")
CARDS = (
    Card(
        *("com.lecun.mnist", "image", "MNIST", "Handwritten digits, 28 by 28", "https://a.org"),
        tags=("digits", "images"),
        tasks=("image classification",),
        types=IMAGES,
        license="CC-BY-SA-3.0",
        resources=(
            file("https://a.org/x-images.idx.gz", 9_000_000),
            file("https://a.org/y.idx", 1),
        ),
    ),
    Card(
        *("com.acme.fashion_mnist", "image", "Fashion", "Like MNIST, of clothes; see Café"),
        tags=("images",),
        types=IMAGES,
        license="MIT",
        doi="10.1234/Fashion.5",
        size=31_000_000_000,
    ),
    Card(
        *("org.corpora.europarl", "text", "Europarl", "Proceedings, for machine translation"),
        tags=("parallel", "text"),
        tasks=("machine translation", "language modelling"),
        types=("acme.text:Corpus", "datamaestro.data:Base"),
        languages=("de", "en-GB"),
        license="permitted for research",
        axes=(AxisCard("pair", ("de-en",)),),
        terms=(Terms("europarl", "Be kind"),),
        aliases=("org.statmt.proceedings",),
        resources=(file("https://a.org/all.tgz"),),
    ),
    Card(
        "org.corpora.wiki-100", "text", "維基百科", "Ünïcode; translation machine", tags=("text",)
    ),
)


class Disk:
    """A disk on which all of MNIST is, and some of another."""

    def recorded(self) -> Iterable[tuple[str, str]]:
        """Return both, and what nobody knows."""
        return [("image", "com.lecun.mnist"), ("text", "org.corpora.europarl"), ("x", "y")]

    def has(self, document: str) -> bool:
        """Return whether it is MNIST."""
        return "com.lecun.mnist" in document


def index(*, full_text: bool) -> sqlite3.Connection:
    """Return an index of the cards, and of another that is not asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if not full_text:
            patch.setattr(database, "FULL_TEXT", "unknown")
        connection = database.empty_index()
    environment = environment_number(connection, '["here"]')
    other = Card("com.lecun.mnist", "other", tags=("digits",), types=IMAGES)
    for name, cards in {"image": CARDS, "other": (other,)}.items():
        rows = tuple(Row(card, card_to_json(card), "") for card in cards)
        offer = Offer(name, "a:B", "a:B")
        insert_repository(connection, environment, offer, "", Compiled(rows=rows))
    return connection


@pytest.fixture(scope="module", params=[True, False], ids=["full text", "scan"])
def listing(request: pytest.FixtureRequest) -> Iterator[Listing]:
    """Return a listing of each kind of index."""
    with closing(index(full_text=request.param)) as connection:
        yield Listing(connection, [1])


def found(listing: Listing, query: Query) -> list[str]:
    """Return the ids of what is found."""
    return [one.id for one in listing.listed(listing.search(query, Disk()))]


MNIST, FASHION, EUROPARL, WIKI = (card.id for card in CARDS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # words: in any text, from the beginning of a word on; in ids, also within words
        ("mnist", [MNIST, FASHION]),
        ("MNIST", [MNIST, FASHION]),
        ("nist", [FASHION, MNIST]),
        ("com.lecun", [MNIST]),
        ("com-lecun", [MNIST]),
        ("com.le.un", [MNIST]),
        ("handw", [MNIST]),
        ("andwritten", []),
        ("classif", [MNIST]),
        ("digits images", [MNIST]),
        ("cafe", [FASHION]),
        ("CAFÉ", [FASHION]),
        ("unicode", [WIKI]),
        ("基百", [WIKI]),
        ("百基", []),
        ("proceedings", [EUROPARL]),
        ("wiki_100", [WIKI]),
        (".", [FASHION, MNIST, EUROPARL, WIKI]),
        ('"mnis"', []),
        ('"mnist"', [MNIST, FASHION]),
        ('"machine translation"', [EUROPARL]),
        ("translation", [EUROPARL, WIKI]),
        ('"?"', []),
        # fields
        (r"^com\.l", [MNIST]),
        ("(com|org).*[0-9]", [WIKI]),
        ("id:LECUN", [MNIST]),
        ("id:/mnist$/", [FASHION, MNIST]),
        ('id:".mnist"', [MNIST]),
        ("name:euro", [EUROPARL]),
        ("name:/^m/", [MNIST]),
        ("tag:image", [FASHION, MNIST]),
        ("tag:^image$", []),
        ("tag:", [FASHION, MNIST, EUROPARL, WIKI]),
        ('tag:"mage"', [FASHION, MNIST]),
        ("task:^machine", [EUROPARL]),
        ("-task:", [FASHION, WIKI]),
        ("type:base", [FASHION, MNIST, EUROPARL]),
        ("type:Labelled", [FASHION, MNIST]),
        ("type:acme.data.image.Labelled", [FASHION, MNIST]),
        ("type:acme.data.image:labelled", [FASHION, MNIST]),
        ("type:Label", []),
        ("type:/^acme/", [FASHION, MNIST, EUROPARL]),
        ("type:", []),
        ("repo:text", [EUROPARL, WIKI]),
        ("repository:^image$", [FASHION, MNIST]),
        ("license:mit", [FASHION]),
        ("licence:cc-by", [MNIST]),
        ("-license:", [WIKI]),
        ("format:idx", [MNIST]),
        ("format:.GZ", [MNIST, EUROPARL]),
        ("format:tar", [EUROPARL]),
        ("format:gzip -format:tar", [MNIST]),
        ("language:en", [EUROPARL]),
        ("lang:en_gb", [EUROPARL]),
        ("language:e", []),
        ("doi:fashion", [FASHION]),
        ("doi:https://doi.org/10.1234/fashion.5", [FASHION]),
        ("size:>1GB", [FASHION]),
        ("size:>30gb", [FASHION]),
        ("size:<=9000001", [MNIST]),
        ("size:9000001", [MNIST]),
        ("size:1MB..31GB", [FASHION, MNIST]),
        ("size:..1GiB", [MNIST]),
        ("size:", [FASHION, MNIST]),
        ("-size:", [EUROPARL, WIKI]),
        ("is:downloaded", [MNIST]),
        ("is:family", [EUROPARL]),
        ("is:gated", [EUROPARL]),
        # together
        ("", [FASHION, MNIST, EUROPARL, WIKI]),
        ("-mnist", [EUROPARL, WIKI]),
        ("NOT (mnist OR wiki)", [EUROPARL]),
        ("digits OR is:gated", [MNIST, EUROPARL]),
        ("(tag:text OR tag:digits) -size:", [EUROPARL, WIKI]),
        ("mnist -digits", [FASHION]),
        ("nothing like it", []),
    ],
)
def test_a_query_finds(query: str, expected: list[str], listing: Listing) -> None:
    """The same with full-text search and without, the best first, then by repository and id."""
    assert expected == found(listing, parse_query(query))


PARTS = (
    *(
        "mnist",
        "m",
        "digits",
        "machine translation",
        "ma",
        "CAFÉ",
        "com.lecun",
        "基",
        "w",
        "28",
        "_",
    ),
    *(
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        '"',
        " ",
        " ",
        "is:downloaded",
        "size:>1MB",
        "/[a-m]{5}/",
        "tag:te",
    ),
    *(f"{field}:" for field in FIELDS),
)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Return an index with full-text search, and one in which each text is looked at."""
    with closing(index(full_text=True)) as one, closing(index(full_text=False)) as other:
        kinds = [
            each.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()[0]
            for each in (one, other)
        ]
        assert [True, False] == ["VIRTUAL" in kind for kind in kinds]
        yield one, other


def scored(connection: sqlite3.Connection, query: Query) -> dict[int, int]:
    """Return how well what is found of ours fits."""
    (ours, *_) = columns = columns_of(connection, [1])
    search = Search(connection, [1], columns, Disk())
    found = search.find(query)
    scores = search.scores(query, found)
    return {number: scores[number] for number in found if number < len(CARDS) + ours.numbers.start}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(text=st.lists(st.sampled_from(PARTS), max_size=8).map("".join) | st.text(max_size=12))
def test_any_query_finds_the_same_all_ways(
    both: tuple[sqlite3.Connection, sqlite3.Connection], text: str
) -> None:
    """With the same scores, whether what is found is much or little."""
    try:
        query = parse_query(text)
    except UsageError:
        return
    one, other = both
    expected = scored(one, query)
    assert expected == scored(other, query)
    few = [mock.patch.object(module, "MOST_VALUES", 1) for module in (searching, values)]
    with few[0], few[1]:
        assert expected == scored(one, query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mnist", {MNIST: 16 + 2 * (4 + 3), FASHION: 2 * (4 + 1)}),
        ('"mnist"', {MNIST: 2 * (4 + 3), FASHION: 2 * (4 + 1)}),
        ("mnis", {MNIST: 4 + 3, FASHION: 4 + 1}),
        ("nist", {MNIST: 0, FASHION: 0}),
        ("image", {MNIST: 2 * (2 + 2), FASHION: 2}),
        ("lecun digits", {MNIST: 2 * 4 + 2 * (2 + 1)}),
        ("tag:digits", {MNIST: 0}),
        ("-lecun fashion", {FASHION: 2 * (4 + 3)}),
        ("(mnist is:gated) OR digits", {MNIST: 2 * (2 + 1)}),
    ],
)
def test_a_word_counts_by_where_it_stands(
    query: str,
    expected: dict[str, int],
    both: tuple[sqlite3.Connection, sqlite3.Connection],
) -> None:
    """Twice where it is the whole word, much where it is what the id ends with."""
    connection = both[0]
    found = scored(connection, parse_query(query))
    ids = dict(connection.execute("SELECT number, id FROM data_sets").fetchall())
    assert expected == {ids[number]: score for number, score in found.items()}


def test_many_texts_may_match() -> None:
    """More than a statement has room for; and they are found by words, too."""
    cards = [Card(f"a.b{number}", "image", tags=(f"t{number}",)) for number in range(1200)]
    rows = tuple(Row(card, card_to_json(card), "") for card in cards)
    with closing(database.empty_index()) as connection:
        environment = environment_number(connection, '["here"]')
        offer = Offer("image", "a:B", "a:B")
        number = insert_repository(connection, environment, offer, "", Compiled(rows=rows))
        listing = Listing(connection, [number])
        for query in ("tag:t", "a", "b OR t1 OR t2"):
            assert 1200 == len(listing.search(parse_query(query), Disk()))
