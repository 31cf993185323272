"""``datamaestro repair``: what is wrong is made again, and how it went is said."""

import json
import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from datamaestro.context import Context
from datamaestro.errors import StorageError
from datamaestro.store.records import DatasetRecords
from datamaestro.testing.faults import FaultServer
from support.inside import inside
from support.on_record import FILES, hold
from support.repositories import define

ID = "org.example.one"


@pytest.fixture
def place(site: Path, server: FaultServer) -> Path:
    """Return a file of a data set that is on disk."""
    server.files["a.txt"] = b"some words"
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url("a.txt")!r})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )
    return Path(Context().prepare(ID).path)


def test_what_is_right_is_left_alone(place: Path) -> None:
    """And that is said."""
    done = inside("repair")
    assert (0, f"{ID}@test: right\n", "") == (done.code, done.out, done.err)


def test_what_would_be_done_is_said(place: Path) -> None:
    """Nothing is done."""
    place.write_bytes(b"wrong")
    done = inside("repair", "--dry-run")
    assert f"{ID}@test:\n  a would be made again: 1 file wrong\n  to be fetched: 10 B\n" == done.out
    assert 10 == inside("repair", "--dry-run", "--json").document[0]["fetch"]
    assert b"wrong" == place.read_bytes()


def test_what_has_been_done_is_said(place: Path, store: Path) -> None:
    """And where what was wrong is."""
    place.write_bytes(b"wrong")
    done = inside("repair", ID)
    kept = store / f"partial/test/{ID}/wrong/a.txt"
    assert f"{ID}@test:\n  a made again: 1 file wrong\n  kept: {kept}\n" == done.out
    assert (0, b"some words", b"wrong") == (done.code, place.read_bytes(), kept.read_bytes())


@pytest.mark.parametrize("words", [(), ("--quick",)])
def test_what_was_only_touched_is_read_and_gets_its_time_on_record(
    words: tuple[str, ...], place: Path, server: FaultServer
) -> None:
    """Nothing is fetched; what has another content, too, is wrong."""
    server.requests.clear()
    os.utime(place, (1, 1))
    done = inside("verify", "--quick")
    assert (6, True) == (done.code, "repair --quick" in done.err)
    would = inside("repair", "--dry-run", *words).out.splitlines()
    assert "  1 file is right, and has another time, which would be put on record" == would[1]
    line = "  1 file is right, and has another time, which is on record now"
    assert line == inside("repair", *words).out.splitlines()[1]
    assert (0, [], f"{ID}@test: right\n") == (
        inside("verify", "--quick").code,
        server.requests,
        inside("repair", *words).out,
    )
    place.write_bytes(b"SOME WORDS")
    (found,) = json.loads(inside("repair", "--json", *words).out)
    assert ({"a": ["a.txt"]}, 0) == (found["made_again"], inside("verify", "--quick").code)


def test_a_time_that_cannot_be_written_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no failure, as the content is right."""
    os.utime(place, (1, 1))
    monkeypatch.setattr(DatasetRecords, "rewrite", Mock(side_effect=StorageError("no")))
    done = inside("repair")
    line = "  1 file is right, and has another time, which cannot be put on record here"
    assert (0, [f"{ID}@test:", line]) == (done.code, done.out.splitlines())


def test_what_is_prepared_again_has_its_own_time_on_record(place: Path) -> None:
    """Its content, and so the record of the resource, is as before."""
    place.unlink()
    inside("prepare", ID)
    assert 0 == inside("verify", "--quick").code


def test_one_that_cannot_be_repaired_costs_no_other(place: Path, store: Path) -> None:
    """The exit code is its own; as JSON, too."""
    (hold(store, "a", FILES).folder / "a.txt").unlink()
    place.write_bytes(b"wrong")
    done = inside("repair", "--json")
    first, second = json.loads(done.out)
    assert (3, b"some words", "") == (done.code, place.read_bytes(), second["problem"])
    assert "install the package of the repository test" in first["problem"]
    elsewhere = ["--data", str(store)]
    first, _ = inside(*elsewhere, "repair", "--json", "--dry-run").document
    assert f"datamaestro --data {store} pull" in first["problem"]
    assert 3 == json.loads(done.err.splitlines()[-1])["error"]["code"]


@pytest.mark.parametrize("words", [("repair",), ("remove", "--yes")])
def test_what_is_in_a_shared_directory_is_its_keepers(
    words: tuple[str, ...], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is said which one that is."""
    shared = tmp_path / "shared"
    hold(shared, "theirs", FILES)
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    done = inside(*words, "theirs")
    assert (
        8,
        [
            f"datamaestro: theirs is in {shared}, which is only read "
            f"(its keeper: datamaestro --data {shared} {words[0]} theirs)"
        ],
    ) == (done.code, done.lines)
    assert 3 == inside(*words, "nobodys").code


def test_of_nothing_that_is_said(store: Path) -> None:
    """With where nothing is; where there is no data directory, it may not be mounted."""
    assert 8 == inside("repair").code
    store.mkdir()
    done = inside("repair")
    assert (0, "", f"nothing is on record in {store}\n") == (done.code, done.out, done.err)


def test_offline_is_told(place: Path) -> None:
    """Before anything is touched."""
    place.write_bytes(b"wrong")
    done = inside("--offline", "repair")
    assert (4, b"wrong") == (done.code, place.read_bytes())
