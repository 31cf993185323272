"""What is on disk, told from records."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.descriptions.describing import describe
from datamaestro.house.accounts import COMPLETE, DAMAGED, PARTIAL, UNKNOWN, Account, account_of
from datamaestro.index.documents import card_to_json
from datamaestro.index.facts import Facts, completed
from datamaestro.store.descriptions import Description, write_description
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry, Manifest
from support.on_record import hold, write_manifest

DIGITS = "edu.uci.optdigits"


@pytest.fixture
def digits(context: Context) -> Holding:
    """Bring a data set to disk."""
    context.prepare(DIGITS)
    return Holding(context.store, DIGITS, "demo")


@pytest.fixture
def card(context: Context) -> Facts:
    """Return what its definition says."""
    return completed(json.loads(card_to_json(context.dataset(DIGITS).card)))


def told(holding: Holding, card: Facts | None = None) -> Account:
    """Return what is on disk of a data set."""
    account = account_of(holding, card)
    assert account is not None
    return account


def test_what_was_prepared_is_complete(digits: Holding, card: Facts) -> None:
    """With its size, its files, its last use, and where it is from."""
    found = told(digits, card)
    size = sum(path.stat().st_size for path in digits.folder.iterdir())
    assert (COMPLETE, (), size, 2) == (found.state, found.missing, found.size, found.files)
    assert ("package",) == found.sources
    assert os.path.getmtime(digits.store.used(digits)) == found.used  # noqa: PTH204 - as a float


def test_what_lacks_something_is_partial(digits: Holding, card: Facts) -> None:
    """It is said what."""
    (digits.folder / "labels.idx").unlink()
    found = told(digits, card)
    assert (PARTIAL, ("LABELS",)) == (found.state, found.missing)


@pytest.mark.parametrize("left", [0, 1])
def test_what_has_lost_files_on_record_is_damaged(left: int, digits: Holding, card: Facts) -> None:
    """Since nobody can tell whether the files are as they were."""
    sidecar = digits.store.sidecar(digits)
    lines = sidecar.read_bytes().splitlines(keepends=True)
    sidecar.write_bytes(b"".join(lines[:left]))
    assert (DAMAGED, left) == (told(digits, card).state, told(digits, card).files)
    sidecar.unlink()
    assert DAMAGED == told(digits, card).state


def test_of_an_empty_folder_no_file_has_to_be_on_record(tmp_path: Path) -> None:
    """But of one in which something is."""
    empty = hold(tmp_path, "org.example.words", {}, whole=True)
    assert UNKNOWN == told(empty).state
    empty.folder.mkdir(parents=True)
    assert UNKNOWN == told(empty).state
    (empty.folder / "x").touch()
    assert DAMAGED == told(empty).state


def test_what_is_described_needs_no_definition(digits: Holding, context: Context) -> None:
    """Such as where it has come from another computer, which is named then."""
    assert COMPLETE == told(digits).state
    description = describe(context, DIGITS)
    write_description(context.store, description._replace(origin="far.example.org"))
    assert ("far.example.org", "package") == told(digits).sources
    (digits.folder / "labels.idx").unlink()
    assert PARTIAL == told(digits).state


def test_what_nobody_knows_is_unknown(tmp_path: Path) -> None:
    """Neither a repository nor a description; or one that says nothing."""
    holding = hold(tmp_path, "org.example.words", {"a.txt": b"abc", "link": "a.txt"})
    found = told(holding)
    assert (UNKNOWN, 3, 2) == (found.state, found.size, found.files)
    assert "no repository test that is installed has it" == found.problem
    write_description(holding.store, Description({"id": holding.id, "repository": "test"}))
    assert UNKNOWN == told(holding).state
    card = {"id": holding.id, "repository": "test", "resources": [{"name": "x"}], "terms": 3}
    write_description(holding.store, Description(card))
    assert UNKNOWN == told(holding).state


def test_damaged_records_are_said(tmp_path: Path) -> None:
    """Those that cannot be understood; what cannot be read is unknown."""
    holding = hold(tmp_path, "org.example.words", {"a.txt": b"abc"})
    path = holding.store.manifest(holding)
    content = path.read_bytes()
    for damaged in (content[:-5], b"", b"\xff", content.replace(b"a.txt", b"b.txt")):
        path.write_bytes(damaged)
        assert DAMAGED == told(holding).state
    path.unlink()
    assert ("its manifest is missing", 3) == (told(holding).problem, told(holding).size)
    path.mkdir()
    assert (UNKNOWN, True) == (told(holding).state, "Is a directory" in told(holding).problem)


def test_what_has_just_been_removed_is_none(tmp_path: Path) -> None:
    """Another process may do that meanwhile."""
    assert account_of(Holding(Store(tmp_path), "a", "test"), None) is None


def test_an_empty_record_is_none(tmp_path: Path) -> None:
    """All that it had has been removed."""
    holding = Holding(Store(tmp_path), "a", "test")
    write_manifest(holding.store.manifest(holding), holding.identity, Manifest())
    assert account_of(holding, None) is None


def test_hosts_are_told_and_no_more_of_urls(tmp_path: Path) -> None:
    """There may be secrets in them; of what has no host, the scheme is told."""
    holding = Holding(Store(tmp_path), "a", "test")
    urls = ["https://me:secret@b.example.org/x?token=1", "https://a.example.org/", "file:///x", ""]
    entries = {str(number): Entry("x", "r", url) for number, url in enumerate([*urls, "http://[x"])}
    write_manifest(holding.store.manifest(holding), holding.identity, Manifest(entries))
    assert ("a.example.org", "b.example.org", "file", "http") == told(holding).sources


@pytest.mark.parametrize(
    ("record", "state"),
    [("manifest", UNKNOWN), ("sidecar", UNKNOWN), ("description", COMPLETE)],
)
def test_no_pipe_is_waited_for(digits: Holding, card: Facts, record: str, state: str) -> None:
    """Whichever record it is in the place of."""
    place: Path = getattr(digits.store, record)(digits)
    place.unlink()
    os.mkfifo(place)
    assert state == told(digits, card).state
