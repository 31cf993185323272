"""One file from a URL, as it is declared."""

import hashlib
import inspect
from typing import Any

import pytest

from datamaestro.data import File
from datamaestro.definitions import dataset
from datamaestro.download.single import (
    ConcatDownloader,
    FileDownloader,
    SingleDownload,
    concatdownload,
    filedownloader,
)
from datamaestro.errors import DefinitionError
from datamaestro.stream import Expand, Filter, Gunzip, Identity, Untar
from datamaestro.utils import HashCheck
from datamaestro_hookspecs.cards import EXPAND, UNPACK, ResourceCard, Source, Transform

URL = "https://example.org/a.txt.gz"
MD5 = hashlib.md5(b"content").hexdigest()
SHA256 = hashlib.sha256(b"content").hexdigest()


def unpack(**options: Any) -> Transform:
    return Transform(UNPACK, options)


def test_a_file_is_a_name_and_a_url() -> None:
    """How it is expanded is left to its suffix."""
    assert ResourceCard("a", "a.txt", Source((URL,))) == FileDownloader("a.txt", URL).card()
    assert FileDownloader("sub/a.txt", URL).card(alone=True).path == "sub/a.txt"


def test_arguments_stand_as_they_did() -> None:
    """``FileDownloader(filename, url, size, transforms, checker)``, as in datamaestro 1.16."""
    card = FileDownloader("a.txt", URL, 7, Gunzip(), HashCheck(MD5)).card()
    assert Source((URL,), 7) == card.source
    assert ((Transform("gunzip"),), {"md5": MD5}, {}) == (
        card.transforms,
        card.either,
        card.digests,
    )


@pytest.mark.parametrize(
    ("transforms", "expected"),
    [
        (None, None),
        ([], ()),
        ((), ()),
        (Identity(), ()),
        ("gunzip", (Transform("gunzip"),)),
        (["gunzip"], (Transform("gunzip"),)),
        (Gunzip() | Filter("^en"), (Transform("gunzip"), Transform("lines", {"keep": "^en"}))),
        ([Untar("a"), "gunzip"], (Transform("untar", {"files": ("a",)}), Transform("gunzip"))),
    ],
)
def test_what_is_done_to_it_may_be_said(
    transforms: Any, expected: tuple[Transform, ...] | None
) -> None:
    """Nothing said is something else than nothing to be done."""
    assert expected == FileDownloader("a.txt", URL, transforms=transforms).card().transforms


def test_the_result_has_a_digest_of_its_own() -> None:
    """Beside that of the published file."""
    card = FileDownloader("a.txt", URL, sha256=SHA256, result_sha256="0" * 64).card()
    assert {"sha256": "0" * 64} == card.digests
    assert Source((URL,), digests={"sha256": SHA256}) == card.source


@pytest.mark.parametrize("path", ["", "/a", "../a", "a/../../b", "a//b", ".", 3])
def test_a_file_is_below_the_data_sets_folder(path: Any) -> None:
    """Elsewhere it is not put; it is told when the card is made."""
    made = FileDownloader("a", URL)
    made.filename = path
    with pytest.raises(DefinitionError, match="is not a path below the data set's folder"):
        made.card()


@pytest.mark.parametrize("kind", [FileDownloader, ConcatDownloader])
def test_what_is_no_transformation_is_told_when_the_card_is_made(
    kind: type[FileDownloader],
) -> None:
    """A mistake costs one data set, and not its module."""
    made = kind("a", URL, transforms=3)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="3 is no transformation"):
        made.card()


def test_files_of_an_archive_are_joined() -> None:
    """All of them; those that are compressed are expanded."""
    card = ConcatDownloader("a.txt", "https://example.org/all.tar").card()
    assert (unpack(), Transform(EXPAND)) == card.transforms
    assert (False, "a.txt", "a") == (card.folder, card.path, card.name)


def test_the_arguments_of_joined_files_stand_as_they_did() -> None:
    """``ConcatDownloader(filename, url, transforms)``, as in datamaestro 1.16."""
    card = ConcatDownloader("a.txt", URL, Gunzip() | Filter("x")).card()
    assert (unpack(), Transform("gunzip"), Transform("lines", {"keep": "x"})) == card.transforms
    kept = ConcatDownloader("a.txt", URL, []).card()
    assert (unpack(),) == kept.transforms


def test_joined_files_are_selected() -> None:
    """By names and patterns, whose order and repetition mean nothing; and by folder."""
    for files in (["b", "a*"], ("a*", "b", "b"), {"a*", "b"}):
        card = ConcatDownloader("a.txt", URL, Expand(), files=files, subpath="x").card()
        assert (unpack(files=("a*", "b"), subpath="x"), Transform(EXPAND)) == card.transforms


def test_joined_files_have_what_files_have() -> None:
    """Size, checker, digest of the result."""
    card = ConcatDownloader(
        "a.txt", URL, size=3, checker=HashCheck(MD5), result_sha256=SHA256, varname="own"
    ).card()
    assert ("own", 3) == (card.name, card.source and card.source.size)
    assert ({"md5": MD5}, {"sha256": SHA256}) == (card.either, card.digests)


def test_one_pattern_is_one_pattern() -> None:
    """And not its letters."""
    card = ConcatDownloader("a.txt", URL, files="*.txt").card()
    assert (unpack(files=("*.txt",)), Transform(EXPAND)) == card.transforms


def test_they_decorate_a_function() -> None:
    """The resource has the file's name, and is a parameter of it."""

    @filedownloader("one.txt", URL)
    @concatdownload("two.txt", URL, varname="second")
    @dataset(File, id="org.example.two")
    def two(one: object, second: object) -> None: ...

    assert ["one", "second"] == [resource.name for resource in two.card.resources]


def test_old_names_are_kept() -> None:
    """Of classes, and of the arguments that came by position."""
    assert FileDownloader is SingleDownload
    for kind, names in (
        (FileDownloader, ["filename", "url", "size", "transforms", "checker"]),
        (ConcatDownloader, ["filename", "url", "transforms"]),
    ):
        parameters = inspect.signature(kind).parameters.values()
        by_position = [each.name for each in parameters if each.kind == each.POSITIONAL_OR_KEYWORD]
        assert names == by_position
