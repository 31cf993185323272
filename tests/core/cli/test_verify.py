"""``datamaestro verify``: a line for each data set, and one for each file that is not right."""

import json
import os
from errno import EACCES
from pathlib import Path
from unittest.mock import Mock

import pytest

from datamaestro.errors import StorageError
from datamaestro.house.events import DelayedEvents
from datamaestro.store import layout
from datamaestro.store.holdings import holdings
from datamaestro.store.layout import Store
from datamaestro.store.records import DatasetRecords
from datamaestro.testing.faults import FaultServer
from datamaestro_hookspecs.events import CheckEnded, Event
from support.inside import inside
from support.on_record import FILES, hold, put
from support.repositories import define


def test_all_is_right(store: Path) -> None:
    """A line for each data set; no plugin is loaded, and no data set need be defined."""
    hold(store, "a", FILES)
    hold(store, "b", {"x": b""})
    done = inside("verify")
    assert (0, "2 of 2 data sets right\n") == (done.code, done.err)
    assert ["a@test: right, 3 files, 6.0 kB", "b@test: right, 1 file, 0 B"] == done.out.splitlines()
    assert ["a@test: right, 3 files, 6.0 kB"] == inside("verify", "a").out.splitlines()


def test_each_file_that_is_not_right_has_a_line(store: Path) -> None:
    """Its name does no harm to a terminal; foreign ones are no mistake."""
    folder = hold(store, "a", FILES).folder
    put(folder, {"new\x1b[31m": b""})
    assert (0, 6.0) == (inside("verify").code, 6.0)
    (folder / "a.txt").write_bytes(b"wrong")
    (folder / "b/c.txt").unlink()
    done = inside("verify")
    assert 6 == done.code
    assert "0 of 1 data set right (to mend them: datamaestro repair a@test)" in done.err
    assert [
        "a@test: 1 foreign, 1 missing, 1 changed of 3 files, 6.0 kB",
        "  changed     a.txt (it has 5 bytes, not 10)",
        "  missing     b/c.txt",
        "  foreign     new\\x1b[31m",
    ] == done.out.splitlines()
    assert "  right       b/d/e.txt" in inside("verify", "--all").out.splitlines()


def test_json_has_all_of_it(store: Path) -> None:
    """Counts, states and what is wrong with records; errors, too."""
    holding = hold(store, "a", FILES)
    holding.store.sidecar(holding).write_bytes(b"?\n")
    done = inside("verify", "--json", "--all", "--jobs", "1")
    (found,) = json.loads(done.out)
    assert (6, 6) == (done.code, json.loads(done.err)["error"]["code"])
    assert {"", "a.txt", "b"} == set(found["damage"])
    assert (
        dict.fromkeys(["foreign", "missing", "changed", "unreadable"], 0) | {"right": 3}
        == (found["counts"])
    )
    assert [{"path": "a.txt", "state": "right", "why": ""}] == found["files"][:1]


@pytest.mark.parametrize(
    ("words", "code"), [(["nothing"], 3), (["--jobs", "0"], 2), (["--quick"], 0)]
)
def test_exit_codes(words: list[str], code: int, store: Path) -> None:
    """Of a name that nothing on record has, and of an option that makes no sense."""
    hold(store, "a", FILES)
    assert code == inside("verify", *words).code


@pytest.mark.parametrize("writable", [True, False])
def test_a_time_is_put_on_record_where_the_content_is_right(
    writable: bool, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In full, since nothing is read quickly; where it cannot be written, that is no failure."""
    place = hold(store, "a", FILES).folder / "a.txt"
    os.utime(place, (1, 1))
    if not writable:
        refused = StorageError("no")
        monkeypatch.setattr(DatasetRecords, "rewrite", Mock(side_effect=refused))
    codes = [inside("verify", *words).code for words in (("--quick",), (), ("--quick",))]
    assert [6, 0, 0 if writable else 6] == codes


def test_nothing_at_all_is_right(store: Path) -> None:
    """Where nothing is on record; where there is no data directory, it may not be mounted."""
    assert (8, False) == (inside("verify").code, store.exists())
    assert f"there is no data directory {store} (DATAMAESTRO_DIR" in inside("verify").err
    store.mkdir()
    done = inside("verify")
    assert (0, "", "0 of 0 data sets right\n") == (done.code, done.out, done.err)


@pytest.mark.parametrize("words", [["list"], ["orphans"], ["trash", "list"]])
def test_a_data_directory_that_is_not_there_is_no_empty_one(words: list[str], store: Path) -> None:
    """It is said once; where it is made first, nothing is wrong."""
    done = inside(*words)
    assert (0, 1) == (done.code, done.err.count(f"there is no data directory {store}"))
    store.mkdir()
    assert "there is no data directory" not in inside(*words).err


@pytest.mark.parametrize("described", [True, False])
def test_what_was_never_made_is_lacking(
    described: bool, site: Path, server: FaultServer, store: Path
) -> None:
    """It is no mistake, and is told also where the data set was never complete."""
    server.files |= {"a.txt": b"a", "b.txt": b"b"}
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url("a.txt")!r})
        @filedownloader("b.txt", {server.url("b.txt")!r})
        @dataset(File)
        def one(a, b):
            return {{"path": a}}
        """,
    )
    inside("prepare", "org.example.one")
    assert "incomplete" not in inside("verify").err
    (holding,) = holdings(Store(store))
    DatasetRecords(holding.store, holding).remove("b")
    if not described:
        holding.store.description(holding).unlink()
    done = inside("verify")
    assert (0, ["org.example.one@test: right, 1 file, 1 B; incomplete", "  lacking     b"]) == (
        done.code,
        done.out.splitlines(),
    )
    assert "1 incomplete; to have all: datamaestro download org.example.one@test\n" in done.err
    assert ["b"] == inside("verify", "--json").document[0]["lacking"]


def test_quietly_only_problems_have_a_line(store: Path) -> None:
    """So that whoever is sent what a command prints gets it only then."""
    hold(store, "a", FILES)
    place = hold(store, "b", FILES).folder / "a.txt"
    done = inside("--quiet", "verify")
    assert ("", "") == (done.out, done.err)
    place.unlink()
    assert ["b@test: 1 missing of 3 files, 6.0 kB", "  missing     a.txt"] == (
        inside("--quiet", "verify").out.splitlines()
    )


def test_shared_directories_are_verified_too(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same data set in each, and nothing is written there, not even a time."""
    hold(store, "a", FILES)
    holding = hold(tmp_path / "shared", "a", FILES)
    (holding.folder / "a.txt").unlink()
    os.utime(holding.folder / "b/c.txt", (1, 1))
    before = holding.store.sidecar(holding).read_bytes()
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(tmp_path / "shared"))
    done = inside("verify", "--json")
    assert [(str(store), True), (str(tmp_path / "shared"), False)] == [
        (one["folder"].partition("/data/")[0], one["right"]) for one in json.loads(done.out)
    ]
    assert before == holding.store.sidecar(holding).read_bytes()


def test_ctrl_c_keeps_what_has_been_read(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next run says so."""
    hold(store, "a", FILES)

    def send(_: DelayedEvents, event: Event) -> None:
        if isinstance(event, CheckEnded):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DelayedEvents, "send", send)
        assert 130 == inside("verify").code
    done = inside("verify")
    told = done.err.splitlines()[0]
    assert (0, True, True) == (
        done.code,
        told.startswith("3 files had been read by a run that was interrupted, "),
        told.endswith("s ago; to read them again: --again"),
    )


def test_whose_files_are_wrong_is_said(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that mends them; those of a shared directory are its keeper's."""
    shared = tmp_path / "shared"
    hold(store, "a", FILES)
    (hold(shared, "b", FILES).folder / "a.txt").unlink()
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    done = inside("verify")
    assert f"(to mend them: datamaestro --data {shared} repair b@test)" in done.err
    assert f"b@test in {shared}: 1 missing of 3 files, 6.0 kB" in done.out.splitlines()
    assert [str(store), str(shared)] == [
        one["directory"] for one in json.loads(inside("verify", "--json").out)
    ]


def test_a_link_to_the_own_directory_is_no_other(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nothing is verified twice."""
    hold(store, "a", FILES)
    (tmp_path / "link").symlink_to(store)
    monkeypatch.setenv("DATAMAESTRO_SHARED", f"{tmp_path / 'link'}:{tmp_path / 'link'}")
    assert "1 of 1 data set right\n" == inside("verify").err


def test_what_cannot_be_looked_at_is_not_right(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records of a repository that are closed to the user are told once; the exit code says so."""
    hold(store, "a", FILES)
    closed = store / "state/closed"
    closed.mkdir()
    names = layout._names

    def refuse(folder: Path) -> list[str]:
        if folder == closed:
            raise PermissionError(EACCES, "Permission denied")
        return names(folder)

    monkeypatch.setattr(layout, "_names", refuse)
    done = inside("verify")
    assert (8, f"1 of 1 data set right; {closed} cannot be looked at") == (
        done.code,
        done.lines[-1].removeprefix("datamaestro: "),
    )
    assert 1 == sum("is left out" in line for line in done.lines)
    assert [0, 8, 8, 3] == [
        inside("verify", name).code for name in ("a", "b", "b@closed", "b@test")
    ]
    assert 8 == inside("repair").code
    assert [str(closed)] == inside("list", "--json").document["unseen"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_no_file(store: Path) -> None:
    """It is counted by itself."""
    folder = hold(store, "a", FILES).folder / "b"
    folder.chmod(0)
    done = inside("verify")
    folder.chmod(0o700)
    assert (8, "a@test: 2 unreadable, 1 folder unreadable of 3 files, 10 B") == (
        done.code,
        done.out.splitlines()[0],
    )
