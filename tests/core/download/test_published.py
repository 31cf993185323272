"""What all published files have in common."""

import hashlib
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File, Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import TarDownloader
from datamaestro.download.published import Published, checked_by, name_of
from datamaestro.download.single import ConcatDownloader, FileDownloader, filedownloader
from datamaestro.errors import DefinitionError
from datamaestro.utils import HashCheck
from datamaestro_hookspecs.cards import Limits, Source

URL = "https://example.org/some/a.tar.gz"

KINDS: dict[str, Any] = {
    "file": lambda **facts: FileDownloader("x.txt", URL, **facts),
    "concat": lambda **facts: ConcatDownloader("x.txt", URL, **facts),
    "archive": lambda **facts: TarDownloader("x", URL, **facts),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


def hexadecimal(algorithm: str) -> str:
    return hashlib.new(algorithm, b"content").hexdigest()


@each_kind
def test_facts_stand_on_the_card(kind: str) -> None:
    """Where it is published, its size, digests by the names that hashlib has, and limits."""
    card = KINDS[kind](
        urls=["https://mirror.example.org/a.tar.gz"],
        size=9,
        sha256=hexadecimal("sha256"),
        sha512=hexadecimal("sha512"),
        sha1=hexadecimal("sha1"),
        md5=hexadecimal("md5").upper(),
        blake2=hexadecimal("blake2b"),
        transient=True,
        max_members=1,
        max_size=2,
        max_ratio=3.5,
    ).card()
    algorithms = ("sha256", "sha512", "sha1", "md5", "blake2b")
    digests = {algorithm: hexadecimal(algorithm) for algorithm in algorithms}
    urls = (URL, "https://mirror.example.org/a.tar.gz")
    assert Source(urls, 9, digests) == card.source
    assert (Limits(1, 2, 3.5), True) == (card.limits, card.transient)


@each_kind
def test_what_is_not_said_is_as_usual(kind: str) -> None:
    """One URL, of any size and content, with limits that hold off bombs."""
    card = KINDS[kind]().card()
    assert Source((URL,)) == card.source
    assert (Limits(), False, {}) == (card.limits, card.transient, card.either)


@each_kind
def test_limits_may_be_lifted(kind: str) -> None:
    """``None`` says so, and what else is said stays."""
    limits = KINDS[kind](max_ratio=None, max_members=None).card().limits
    assert Limits(members=None, size=None, ratio=None) == limits


@each_kind
def test_further_urls_may_be_one(kind: str) -> None:
    """A text is one URL, not its letters; any iterable is taken."""
    assert (URL, "https://b.org/x") == KINDS[kind](urls="https://b.org/x").card().source.urls
    assert (URL, "https://b.org/x") == KINDS[kind](
        urls=iter(["https://b.org/x"])
    ).card().source.urls


@each_kind
@pytest.mark.parametrize("urls", [["no url"], [None], [3], ["https://[bad"]])
def test_what_is_no_url_is_a_broken_definition(kind: str, urls: list[Any]) -> None:
    """It is told when the card is made: one data set is broken, and not its module."""
    made = KINDS[kind](urls=urls)
    with pytest.raises(DefinitionError, match="is not a URL"):
        made.card()


@each_kind
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"sha256": "00"}, "is not a sha256 digest"),
        ({"md5": "g" * 32}, "is not a md5 digest"),
        ({"size": -1}, "is not a number of bytes"),
        ({"max_size": 0}, "max_size 0 is not a number above 0"),
        ({"max_ratio": "many"}, "max_ratio 'many' is not a number above 0"),
        ({"max_members": -1}, "max_members -1 is not a number above 0"),
    ],
)
def test_what_cannot_be_is_a_broken_definition(kind: str, facts: dict[str, Any], why: str) -> None:
    """It is told when the card is made, too."""
    made = KINDS[kind](**facts)
    with pytest.raises(DefinitionError, match=why):
        made.card()


@each_kind
def test_what_nobody_knows_is_refused_at_once(kind: str) -> None:
    """As Python does with an argument that is misspelt; all of them are named."""
    with pytest.raises(TypeError, match=r"Downloader takes no sha265, sise"):
        KINDS[kind](sise=3, sha265="")


@each_kind
def test_it_has_a_name_of_its_own(kind: str) -> None:
    """As an attribute it takes the attribute's name, unless it is said."""
    made, named = KINDS[kind](), KINDS[kind](**({} if kind == "archive" else {"varname": "own"}))

    class Holder:
        ATTRIBUTE = made
        OTHER = named

    assert ("x" if kind == "archive" else "ATTRIBUTE") == made.name
    assert ("x" if kind == "archive" else "own") == named.name


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a.txt", "a"),
        ("a.tar.gz", "a"),
        ("a", "a"),
        ("sub/a.txt", "sub/a"),
        (".a", ""),
    ],
)
def test_a_file_is_called_as_its_name_begins(filename: str, name: str) -> None:
    """Up to the first dot."""
    assert name == name_of(filename)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a/b.zip", "b.zip"),
        ("https://example.org/a/b.zip?download=1#top", "b.zip"),
        ("https://example.org/a%20b/c%20d.zip", "c d.zip"),
        ("https://example.org/a/", "a"),
        ("https://example.org", ""),
        ("file:///a/b.tar.gz", "b.tar.gz"),
        ("package:some.package/b.gz", "b.gz"),
    ],
)
def test_the_published_name_ends_the_url(url: str, name: str) -> None:
    """Without what is said to the server, and as a person would write it."""
    made = FileDownloader("x", url)
    assert isinstance(made, Published)
    assert name == made.published_name


def test_a_legacy_checker_is_a_digest() -> None:
    """By the name of its algorithm."""
    assert ({}, "") == checked_by("x", None)
    assert ({"md5": "0" * 32}, "") == checked_by("x", HashCheck("0" * 32))
    assert ({"sha256": "0" * 64}, "") == checked_by("x", HashCheck("0" * 64, hashlib.sha256))


@pytest.mark.parametrize("kind", ["file", "archive"])
def test_a_legacy_checker_of_no_digest_hinders_the_download_alone(
    kind: str, context: Context
) -> None:
    """The data set is listed, and its data object is made."""
    declared = KINDS[kind](checker=HashCheck("12 was tried"))
    assert "'12 was tried' is not md5 (32 hexadecimal digits)" == declared.card().problem

    @dataset(id="org.example.broken")
    class Data(Dataset):
        X = declared

        def config(self) -> Folder:
            return Folder(path=self.X.path)

    context.prepare(Data, download=False)
    with pytest.raises(DefinitionError, match=r"org\.example\.broken.*'12 was tried' is not md5"):
        context.prepare(Data)
    problem = context.forecast(Data).problem
    assert problem is not None
    assert "'12 was tried' is not md5" in problem.message


@pytest.mark.parametrize("kind", ["file", "archive"])
@pytest.mark.parametrize("checker", ["00", 3, len])
def test_another_checker_is_a_broken_definition(kind: str, checker: Any) -> None:
    """The error names the file."""
    name = {"file": "x.txt", "archive": "a.tar.gz"}[kind]
    with pytest.raises(DefinitionError, match=f"{name}: checker .* is not a HashCheck"):
        KINDS[kind](checker=checker).card()


def test_a_mistake_costs_one_data_set() -> None:
    """The error names it; the module can be used."""

    @filedownloader("a.txt", URL, sha256="no digest")
    @dataset(File, id="org.example.broken")
    def broken(a: object) -> None: ...

    with pytest.raises(DefinitionError, match=r"org\.example\.broken@__custom__: 'no digest'"):
        _ = broken.card
