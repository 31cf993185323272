"""What is declared of a file, beside what a server says and sends."""

import hashlib

import pytest

from datamaestro.engine.digests import Found
from datamaestro.engine.expected import Expected
from datamaestro.errors import ContentError, DigestMismatch
from datamaestro_hookspecs.cards import ResourceCard, Source
from datamaestro_hookspecs.downloaders import Facts

URL = "https://mirror.org/a.bin"


def expected(published: str = "https://a.org/a.bin", size: int | None = None) -> Expected:
    sha256 = hashlib.sha256(b"right").hexdigest()
    source = Source((published,), size, {"sha256": sha256})
    return Expected(ResourceCard("a", "a.bin", source), source, URL)


@pytest.mark.parametrize("size", [None, 5])
def test_a_size_that_the_server_does_not_say_is_the_declared_one(size: int | None) -> None:
    """So that a body which ends too early is noticed."""
    assert size == expected(size=size).accept(Facts()).size
    assert 5 == expected(size=size).accept(Facts(size=5)).size


def test_another_size_is_other_content() -> None:
    """Both are named, and the address."""
    with pytest.raises(ContentError, match=r"a\.bin has 7 bytes, its definition says 5"):
        expected(size=5).accept(Facts(size=7))


@pytest.mark.parametrize("media_type", ["text/html", "TEXT/HTML; charset=utf-8"])
def test_a_page_is_named_as_such(media_type: str) -> None:
    """Also where its size is what tells that it is not the file."""
    facts = Facts(size=7, media_type=media_type)
    for one in (expected(), expected(size=5)):
        with pytest.raises(ContentError, match="gave a web page instead of the data"):
            one.accept(facts)


@pytest.mark.parametrize("published", ["https://a.org/a.html", "https://a.org/x/"])
def test_a_page_may_be_what_is_published(published: str) -> None:
    """Its published URL says so, whatever the mirror's."""
    facts = Facts(media_type="text/html")
    assert facts == expected(published).accept(facts)


def test_a_page_may_turn_out_to_be_the_file_where_nothing_has_arrived() -> None:
    """Some servers call everything a page; then digests decide."""
    facts = Facts(media_type="text/html")
    assert facts == expected().accept(facts, begun=False)


def test_digests_and_size_are_compared_in_the_end() -> None:
    """The right content passes."""
    right = {"sha256": hashlib.sha256(b"right").hexdigest()}
    wrong = {"sha256": hashlib.sha256(b"wrong").hexdigest()}
    expected(size=5).check(5, Found(right, right))
    with pytest.raises(DigestMismatch):
        expected(size=5).check(5, Found(wrong, wrong))
    with pytest.raises(ContentError, match="has 4 bytes"):
        expected(size=5).check(4, Found(right, right))
