"""The search language."""

import pytest

from datamaestro.errors import UsageError
from datamaestro.query import parse_query
from datamaestro_hookspecs.cards import Card

MNIST = Card(
    "com.lecun.mnist",
    "image",
    tags=("digits", "images"),
    tasks=("image classification",),
    types=("datamaestro.data.image:ImageClassification", "datamaestro.data:Base"),
)


@pytest.mark.parametrize(
    "term",
    [
        "mnist",
        "MNIST",
        r"^com\.lecun",
        "id:lecun",
        "tag:digit",
        "tag:^images$",
        "task:classification",
        "repo:image",
        "repository:^image$",
        "type:ImageClassification",
        "type:Base",
        "type:base",
        "type:datamaestro.data.image.ImageClassification",
        "type:datamaestro.data.image:ImageClassification",
    ],
)
def test_a_term_finds(term: str) -> None:
    """Regular expressions anywhere in any case; types by short or full name, ancestors too."""
    assert parse_query([term])(MNIST)


@pytest.mark.parametrize(
    "term", ["cifar", "tag:^digit$", "task:retrieval", "repo:text", "type:Image"]
)
def test_a_term_leaves_out(term: str) -> None:
    """What does not match is not found."""
    assert not parse_query([term])(MNIST)


def test_every_term_has_to_match() -> None:
    """Terms narrow the search."""
    assert parse_query(["mnist", "tag:digits"])(MNIST)
    assert not parse_query(["mnist", "tag:flowers"])(MNIST)
    assert parse_query([])(MNIST)


def test_an_unknown_field_is_a_usage_error() -> None:
    """A slip is told, not answered by finding nothing."""
    with pytest.raises(UsageError, match="there is no field tags"):
        parse_query(["tags:digits"])


def test_a_bad_regular_expression_is_a_usage_error() -> None:
    """The error shows the expression."""
    for odd in ("a{99999999999999999999}", "(" * 5000):
        with pytest.raises(UsageError, match="not a regular expression"):
            parse_query([odd])
    assert not parse_query(["[[a]"])(MNIST)
    with pytest.raises(UsageError, match=r"'\(' is not a regular expression"):
        parse_query(["tag:("])
