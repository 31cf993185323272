"""A folder from an archive, as it is declared."""

import hashlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from datamaestro.annotations import DATASET
from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import (
    ArchiveDownloader,
    TarDownloader,
    ZipDownloader,
    archivedownloader,
    tardownloader,
    zipdownloader,
)
from datamaestro.download.single import FileDownloader
from datamaestro.errors import DefinitionError
from datamaestro.stream import Expand, Filter, Untar, Unzip
from datamaestro.utils import HashCheck
from datamaestro_hookspecs.cards import EXPAND, UNPACK, WHOLE, ResourceCard, Source, Transform
from support.formats import bundle, crate, install_formats
from support.repositories import define
from support.trees import content_of

URL = "https://example.org/some/docs-1.0.zip"
MD5 = hashlib.md5(b"content").hexdigest()

KINDS = {UNPACK: ArchiveDownloader, "unzip": ZipDownloader, "untar": TarDownloader}
each_kind = pytest.mark.parametrize("name", KINDS)


@each_kind
def test_an_archive_is_a_name_and_a_url(name: str) -> None:
    """All of it is unpacked; alone it is the data set's own folder."""
    expected = ResourceCard(
        "data",
        WHOLE,
        Source((URL,)),
        transforms=(Transform(name),),
        folder=True,
        unwrap=True,
    )
    assert expected == KINDS[name]("data", URL).card(alone=True)


@each_kind
def test_arguments_stand_as_they_did(name: str) -> None:
    """``ZipDownloader(varname, url, subpath, checker, files)``, as in datamaestro 1.16."""
    card = KINDS[name]("data", URL, "sub/", HashCheck(MD5), {"b", "a"}).card()
    options: dict[str, Any] = {"files": ("a", "b"), "subpath": "sub/"}
    assert (Transform(name, options),) == card.transforms
    assert (Source((URL,), digests={"md5": MD5}), {}) == (card.source, card.either)
    parameters = inspect.signature(KINDS[name]).parameters.values()
    by_position = [each.name for each in parameters if each.kind == each.POSITIONAL_OR_KEYWORD]
    assert ["varname", "url", "subpath", "checker", "files"] == by_position


@pytest.mark.parametrize(
    ("kind", "url", "path"),
    [
        (ZipDownloader, "https://x.org/docs.zip", "docs"),
        (ZipDownloader, "https://x.org/docs-1.0.zip?raw=1", "docs-1.0"),
        (ZipDownloader, "https://x.org/a%20b.zip", "a b"),
        (ZipDownloader, "https://x.org/docs.ZIP", "docs.ZIP"),
        (ZipDownloader, "https://x.org/docs.jar", "docs.jar"),
        (ZipDownloader, "https://x.org/docs.tar", "docs.tar"),
        (ZipDownloader, "https://x.org/.zip", "data"),
        (ZipDownloader, "https://x.org", "data"),
        (TarDownloader, "https://x.org/docs.tar", "docs"),
        (TarDownloader, "https://x.org/docs.tar.gz", "docs"),
        (TarDownloader, "https://x.org/docs.tar.bz2", "docs"),
        (TarDownloader, "https://x.org/docs.tgz", "docs"),
        (TarDownloader, "https://x.org/docs.tzst", "docs"),
        (TarDownloader, "https://x.org/docs.zip", "docs.zip"),
        (ArchiveDownloader, "https://x.org/docs.zip", "docs"),
        (ArchiveDownloader, "https://x.org/docs.tar", "docs"),
        (ArchiveDownloader, "https://x.org/docs.tar.gz", "docs"),
    ],
)
def test_beside_others_its_folder_has_its_name(
    kind: type[ArchiveDownloader], url: str, path: str
) -> None:
    """Without its suffix, as datamaestro 1.16 has it; alone it is the data set's own."""
    assert (path, WHOLE) == (kind("data", url).card().path, kind("data", url).card(alone=True).path)


@each_kind
@pytest.mark.parametrize("path", ["own", "own/deeper", WHOLE])
def test_its_folder_may_be_said(name: str, path: str) -> None:
    """Whether it is alone or not."""
    for alone in (True, False):
        assert path == KINDS[name]("data", URL, path=path).card(alone=alone).path


@each_kind
@pytest.mark.parametrize("path", ["/own", "../own", "a/..", "./"])
def test_its_folder_is_in_the_data_sets_own(name: str, path: str) -> None:
    """Or is that."""
    with pytest.raises(DefinitionError, match="is not a path below the data set's folder"):
        KINDS[name]("data", URL, path=path).card()


@each_kind
def test_no_files_are_not_all_files(name: str) -> None:
    """A list that was made by a program, and came out empty, does not unpack everything."""
    with pytest.raises(DefinitionError, match=r"resource data: files= is empty \(None"):
        KINDS[name]("data", URL, files=[]).card()


@each_kind
@pytest.mark.parametrize(
    ("said", "options"),
    [
        ({"files": "*.txt"}, {"files": ("*.txt",)}),
        ({"files": ["b", "a", "b"]}, {"files": ("a", "b")}),
        ({"files": None, "subpath": None}, {}),
        ({"subpath": "x", "strip": 2}, {"subpath": "x", "strip": 2}),
        ({"options": {"password": "p"}, "files": ["a"]}, {"files": ("a",), "password": "p"}),
    ],
)
def test_members_are_selected(name: str, said: dict[str, Any], options: dict[str, Any]) -> None:
    """What is not said is no part of the recipe, nor is the order of names."""
    assert (Transform(name, options),) == KINDS[name]("data", URL, **said).card().transforms


@pytest.mark.parametrize(
    ("said", "unwrap"),
    [
        ({}, True),
        ({"subpath": "x"}, True),
        ({"strip": 1}, False),
        ({"unwrap": False}, False),
        ({"strip": 1, "unwrap": True}, True),
    ],
)
def test_a_single_folder_gives_way(said: dict[str, Any], unwrap: bool) -> None:
    """Unless it is said how many folders each name loses."""
    assert unwrap == ZipDownloader("data", URL, **said).card().unwrap


@each_kind
@pytest.mark.parametrize(
    ("transforms", "steps"),
    [
        (Expand(), [EXPAND]),
        ("gunzip", ["gunzip"]),
        (Expand() | Filter("x"), [EXPAND, "lines"]),
        ([], []),
    ],
)
def test_something_is_done_to_each_file(name: str, transforms: Any, steps: list[str]) -> None:
    """After it has been taken out."""
    card = KINDS[name]("data", URL, files=["a"], transforms=transforms).card()
    assert card.transforms is not None
    assert [name, *steps] == [step.name for step in card.transforms]
    assert {"files": ("a",)} == card.transforms[0].options


@each_kind
def test_a_chain_may_say_itself_what_is_taken(name: str) -> None:
    """Where an archive lies in an archive."""
    card = KINDS[name]("data", URL, transforms=Unzip("docs.tar.gz") | Untar(strip=1)).card()
    inner = Transform("untar", {"strip": 1})
    assert (Transform("unzip", {"files": ("docs.tar.gz",)}), inner) == card.transforms


@pytest.mark.parametrize(
    "said", [{"files": ["a"]}, {"subpath": "a"}, {"strip": 1}, {"options": {"password": "p"}}]
)
def test_what_is_taken_is_said_once(said: dict[str, Any]) -> None:
    """Beside a chain that says it, it would be overlooked."""
    made = ZipDownloader("data", URL, transforms=Unzip("a.tar") | Untar(), **said)
    with pytest.raises(DefinitionError, match=f"resource data: {next(iter(said))}= .*its chain"):
        made.card()


def test_digests_are_of_the_archive() -> None:
    """A folder has none of its own; what is said twice is believed once."""
    sha256 = "0" * 64
    card = ZipDownloader("data", URL, checker=HashCheck(MD5), sha256=sha256, size=3).card()
    assert Source((URL,), 3, {"md5": MD5, "sha256": sha256}) == card.source
    assert ({}, {}) == (card.digests, card.either)


def test_they_decorate_a_function() -> None:
    """The folder is a parameter of it."""

    @zipdownloader("one", URL)
    @tardownloader("two", "https://example.org/two.tar")
    @archivedownloader("three", "https://example.org/three.tar.gz")
    @dataset(Folder, id="org.example.three")
    def three(one: object, two: object, three: object) -> None: ...

    found = [(resource.name, resource.path) for resource in three.card.resources]
    assert [("one", "docs-1.0"), ("two", "two"), ("three", "three")] == found


def test_whether_it_is_alone_is_a_matter_of_the_data_set() -> None:
    """As an attribute of a class, too; inherited files count."""

    @dataset(id="org.example.alone")
    class Alone(Dataset):
        DATA = ZipDownloader("data", URL)

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    @dataset(id="org.example.two")
    class Two(Alone):
        MORE = FileDownloader("more.txt", "https://example.org/more.txt")

    paths = [[each.path for each in vars(one)[DATASET].card.resources] for one in (Alone, Two)]
    assert [[WHOLE], ["docs-1.0", "more.txt"]] == paths


SOURCE = """
    @archivedownloader("data", {url!r}, {arguments})
    @dataset(Folder)
    def one(data):
        return {{"path": data}}
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", {"a.txt": b"one", "sub/b.csv": b"two"}),
        ("unwrap=False", {"top/a.txt": b"one", "top/sub/b.csv": b"two"}),
        ("files='**/*.csv'", {"sub/b.csv": b"two"}),
        ("subpath='top/sub'", {"b.csv": b"two"}),
        ("strip=1, path='here'", {"a.txt": b"one", "sub/b.csv": b"two"}),
        ("transforms='shout', files=['top/a.txt']", {"a.txt": b"ONE"}),
    ],
)
@pytest.mark.parametrize("pack", [bundle, crate])
def test_a_folder_is_what_is_declared(
    pack: Any, arguments: str, expected: dict[str, bytes], site: Path, tmp_path: Path
) -> None:
    """In any format that some plugin unpacks."""
    install_formats(site)
    archive = tmp_path / "docs.zip"
    archive.write_bytes(pack(("top/a.txt", b"one"), ("top/sub/b.csv", b"two")))
    define(site, SOURCE.format(url=archive.as_uri(), arguments=arguments))
    folder = Context().prepare("org.example.one").path
    assert ("here" if "here" in arguments else "one") == folder.name
    found = {key.decode(): facts[1] for key, facts in content_of(folder).items() if facts[1:]}
    assert expected == found
