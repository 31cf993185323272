"""Cards: nothing on them leads out of the data directory."""

import json
from typing import Any

import pytest
from attrs import asdict

from datamaestro_hookspecs.cards import Card, Derivation, ResourceCard, Source
from datamaestro_hookspecs.errors import DefinitionError


@pytest.mark.parametrize("bad", ["", "..", "a/b", "a..b", "../../etc", "a b", "a\n", "a."])
def test_an_id_is_words_joined_by_dots(bad: str) -> None:
    """Whoever made the card, a resolver of a remote hub too."""
    with pytest.raises(DefinitionError, match="is not words joined by dots"):
        Card(bad, "acme")


@pytest.mark.parametrize("bad", ["", "..", "a/b", "a.b", "a b"])
def test_a_repository_is_a_word(bad: str) -> None:
    """It names a folder."""
    with pytest.raises(DefinitionError, match="is not a word"):
        Card("org.example", bad)


def test_a_resource_has_one_origin() -> None:
    """A source or a function, not both and not neither."""
    source, function = Source(("file:///x",)), Derivation("m:f", "1")
    with pytest.raises(DefinitionError, match="source, a derivation or a reference"):
        ResourceCard("a", "a")
    with pytest.raises(DefinitionError, match="source, a derivation or a reference"):
        ResourceCard("a", "a", source, derivation=function)


def test_a_source_needs_a_url() -> None:
    """Otherwise there is nowhere to look."""
    with pytest.raises(DefinitionError, match="at least one URL"):
        Source(())


@pytest.mark.parametrize("urls", ["http://x", ("no url",), (None,), ("http://[::1/x",), (b"x:",)])
def test_a_url_is_a_url(urls: Any) -> None:
    """In a tuple; a mistake shows before anything is asked for."""
    with pytest.raises(DefinitionError, match="URL"):
        Source(urls)


@pytest.mark.parametrize(
    "digests", [{"md5": "00"}, {"shake_128": ""}, {"nonsense": "00"}, {"md5": 3}, {"md5": "é" * 32}]
)
def test_a_digest_is_a_digest(digests: Any) -> None:
    """Of an algorithm that hashlib knows, and as long as it makes it."""
    with pytest.raises(DefinitionError, match="digest"):
        Source(("file:///x",), digests=digests)


@pytest.mark.parametrize("size", [-1, "12", 1.5])
def test_a_size_is_a_number_of_bytes(size: Any) -> None:
    """And nothing else."""
    with pytest.raises(DefinitionError, match="number of bytes"):
        Source(("file:///x",), size)


def test_a_card_is_plain_values() -> None:
    """JSON can say it, so that an index can keep it."""
    resource = ResourceCard("a", "a.txt", Source(("file:///x",), 3, {"md5": "AB" * 16}))
    card = Card("org.example", "acme", types=("m:T",), resources=(resource,))
    document = json.loads(json.dumps(asdict(card)))
    assert {"md5": "ab" * 16} == document["resources"][0]["source"]["digests"]
    assert ("org.example@acme", "T") == (card.identity, card.type_name)
