"""The formats of a data set's files."""

import pytest

from datamaestro.query.formats import formats_of
from datamaestro_hookspecs.cards import Card, ResourceCard, Source, Transform


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", ("csv",)),
        ("A.CSV.GZ", ("csv", "gz")),
        ("a.tgz", ("gz", "tar")),
        ("v1.0.jpeg", ("jpg",)),
        ("data.ndjson.zstd", ("jsonl", "zst")),
        ("get.php", ()),
        ("README", ()),
        ("v1.2", ()),
    ],
)
def test_a_name_says_the_format(name: str, expected: tuple[str, ...]) -> None:
    """By its suffix; where that is one of a compression, by the one before it, too."""
    source = Source((f"https://example.org/v1.zip/{name}?format=x.csv",))
    card = Card("a.b", "x", resources=(ResourceCard("file", "data", source),))
    assert expected == formats_of(card)


def test_what_is_made_of_a_file_and_taken_from_it_counts() -> None:
    """A file's own name, and the patterns of files of an archive."""
    take = Transform("unpack", {"files": ("**/*.tsv", "LICENSE")})
    source = Source(("https://example.org/a.zip",))
    card = Card("a.b", "x", resources=(ResourceCard("file", "all.txt", source, (take,)),))
    assert ("tsv", "txt", "zip") == formats_of(card)
