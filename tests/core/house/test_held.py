"""Which holdings a user means."""

import errno
import os
from pathlib import Path

import pytest

from datamaestro.errors import DatasetNotFound, StorageError, UsageError
from datamaestro.house.held import held, held_anywhere
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Manifest
from datamaestro.store.search_path import SearchPath
from support.on_record import hold, write_manifest


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a data directory with some records."""
    store = Store(tmp_path)
    for repository, dataset_id in [("acme", "a.b"), ("acme", "a.b.c"), ("acme", "x"), ("new", "x")]:
        holding = Holding(store, dataset_id, repository)
        write_manifest(store.manifest(holding), holding.identity, Manifest())
    return store


@pytest.mark.parametrize(
    ("reference", "identity"),
    [
        ("a.b", "a.b@acme"),
        ("a.b@acme", "a.b@acme"),
        ("a.b.c", "a.b.c@acme"),
        ("a.b.train.images", "a.b@acme"),
        ("a.b[lang=en].train", "a.b@acme"),
        ("x@new", "x@new"),
    ],
)
def test_a_reference_names_what_is_on_record(store: Store, reference: str, identity: str) -> None:
    """A part or a variant names its whole; the longest id goes first."""
    assert [identity] == [one.identity for one in held(store, [reference])]


def test_no_reference_names_all(store: Store) -> None:
    """They come by repository and id; who is named twice comes once."""
    assert ["a.b@acme", "a.b.c@acme", "x@acme", "x@new"] == [
        one.identity for one in held(store, [])
    ]
    assert 1 == len(held(store, ["a.b", "a.b@acme"]))


def test_what_is_not_on_record_is_no_data_set_here(store: Store) -> None:
    """The error says which data directory was looked at."""
    with pytest.raises(DatasetNotFound, match="nothing of it is on record in"):
        held(store, ["a"])
    with pytest.raises(DatasetNotFound):
        held(store, ["a.b@new"])


def test_what_may_be_meant_is_said(store: Store) -> None:
    """The nearest of what is on record."""
    with pytest.raises(DatasetNotFound, match=r"did you mean a\.b\.c\?"):
        held(store, ["aa.b.c"])


def test_what_was_only_begun_is_meant_by_those_who_say_so(store: Store) -> None:
    """A lock alone is nothing that has arrived."""
    place = store.root / "partial/new/z"
    (place / "run-0").mkdir(parents=True)
    (store.root / "partial/new/locked").mkdir()
    assert ["z@new"] == [one.identity for one in held(store, ["z"], begun=True)]
    for name, begun in (("z", False), ("locked", True), ("z@acme", True)):
        with pytest.raises(DatasetNotFound):
            held(store, [name], begun=begun)


def test_a_name_in_two_repositories_has_to_be_told_apart(store: Store) -> None:
    """The error names both."""
    with pytest.raises(UsageError, match="x@acme, x@new"):
        held(store, ["x"])


def test_what_is_closed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A repository, or a shared directory, is left out; the user's own directory is an error."""
    own, shared = tmp_path / "own", tmp_path / "shared"
    for root in (own, shared):
        hold(root, "org.example.words", {"a.txt": b"x"})
        hold(root, "org.example.others", {"a.txt": b"x"})
    path = SearchPath(Store(own), [Store(shared)])
    assert [own, shared] == [one.store.root for one in held_anywhere(path, ["org.example.words"])]
    closed, listdir = shared / "state", os.listdir

    def look(folder: Path) -> list[str]:
        if folder == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", look)
    assert [own] == [one.store.root for one in held_anywhere(path, ["org.example.words"])]
    assert "is left out: Permission denied" in caplog.text
    closed = own / "state/test"
    assert [] == held(Store(own), [])
    assert f"{closed} is left out: Permission denied" in caplog.text
    closed = own / "state"
    with pytest.raises(StorageError, match="Permission denied"):
        held(Store(own), [])


def test_a_data_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Such as a disk that is not mounted."""
    for begun in (False, True):
        with pytest.raises(DatasetNotFound, match=r"no data directory .*none; DATAMAESTRO_DIR"):
            held(Store(tmp_path / "none"), ["a"], begun=begun)
