"""Whether what is on disk is what is on record."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.store import soundness
from datamaestro.store.soundness import Records
from support.on_record import FILES, hold, put, states, verify

NOBODY = "the user may read everything"


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("quick", [False, True])
def test_what_is_as_it_was_is_right(store: Path, *, quick: bool, whole: bool) -> None:
    """Files, empty ones, files in folders, and links that lead nowhere inside of a folder."""
    files: dict[str, bytes | str] = {**FILES, "b/link": "nowhere", "odd\n\udcff": b"name"}
    hold(store, "a", files, whole=whole)
    (found,) = verify(store, quick=quick)
    assert (True, dict.fromkeys(files, "right")) == (
        found.right,
        {path: str(file.state) for path, file in found.files.items()},
    )
    assert found.size == sum(len(one) for one in files.values() if isinstance(one, bytes))


def _fifo(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def _socket(place: Path) -> None:
    place.unlink()
    here = os.open(".", os.O_RDONLY)
    os.chdir(place.parent)  # the name of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)
        os.close(here)


def _folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def _link(place: Path, target: str) -> None:
    place.unlink()
    place.symlink_to(target)


CHANGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "another content": ("changed", lambda place: place.write_bytes(b"Other" * 1200)),
    "more": ("changed", lambda place: os.truncate(place, 6001)),
    "less": ("changed", lambda place: os.truncate(place, 5999)),
    "a pipe": ("changed", _fifo),
    "a socket": ("changed", _socket),
    "a folder": ("changed", _folder),
    "a link in a circle": ("changed", lambda place: _link(place, place.name)),
    "a link to a device": ("changed", lambda place: _link(place, "/dev/zero")),
    "a link to nothing": ("missing", lambda place: _link(place, "nothing")),
    "nothing": ("missing", lambda place: place.unlink()),
    "a file above": ("missing", lambda place: place.parent.rename(place.parent.parent / "x")),
}


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_as_it_was_is_told(change: str, store: Path, *, quick: bool) -> None:
    """Whatever is in the place of a file; nothing is waited for, and no link is followed far."""
    state, make = CHANGES[change]
    holding = hold(store, "a", {"b/d/e.txt": FILES["b/d/e.txt"], "f": b""})
    make(holding.folder / "b/d/e.txt")
    assert state == states(store, quick=quick)["b/d/e.txt"]
    assert {"b/d/e.txt"} >= {path for path in states(store, quick=quick) if "x" not in path}


def test_a_byte_that_is_turned_over_is_found_by_reading(store: Path) -> None:
    """A quick look believes size and time."""
    place = hold(store, "a", FILES).folder / "b/d/e.txt"
    before = place.stat().st_mtime_ns
    place.write_bytes(b"Others" + place.read_bytes()[6:])
    os.utime(place, ns=(before, before))
    assert ({}, {"b/d/e.txt": "changed"}) == (states(store, quick=True), states(store))


def test_a_file_that_was_only_touched_is_right(store: Path) -> None:
    """Its content is; a quick look cannot know."""
    os.utime(hold(store, "a", FILES).folder / "a.txt", (1, 1))
    assert ({"a.txt": "changed"}, {}) == (states(store, quick=True), states(store))


def test_a_link_has_to_lead_where_it_led(store: Path, tmp_path: Path) -> None:
    """A resource that is a link has to lead to something; nothing of that is read."""
    (tmp_path / "elsewhere").mkdir()
    place = hold(store, "a", {"link": str(tmp_path / "elsewhere")}).folder / "link"
    assert {} == states(store)
    (tmp_path / "elsewhere").rmdir()
    assert {"link": "missing"} == states(store)
    _link(place, str(tmp_path))
    assert {"link": "changed"} == states(store)
    place.unlink()
    place.write_text("no link")
    assert {"link": "changed"} == states(store)


def test_a_link_out_of_the_folder_has_to_lead_somewhere(store: Path, tmp_path: Path) -> None:
    """As those of a folder of links do; within the folder, a link may have led nowhere before."""
    (tmp_path / "elsewhere").touch()
    links = {"l/out": str(tmp_path / "elsewhere"), "l/up": "../../none", "l/in": "none"}
    folder = hold(store, "a", links).folder
    (folder.parent / "none").touch()
    assert {} == states(store)
    (folder.parent / "none").unlink()
    (tmp_path / "elsewhere").unlink()
    assert dict.fromkeys(["l/out", "l/up"], "missing") == states(store)


def test_what_is_on_no_record_is_foreign(store: Path, tmp_path: Path) -> None:
    """Also what is no file; nothing behind a link is looked at, and it is no mistake."""
    put(tmp_path / "elsewhere", {"far": b""})
    holding = hold(store, "a", FILES)
    put(holding.folder, {"new": b"", "b/new": str(tmp_path / "elsewhere")})
    os.mkfifo(holding.folder / "pipe")
    assert dict.fromkeys(["new", "b/new", "pipe"], "foreign") == states(store)
    assert verify(store)[0].right


def test_what_is_another_data_set_s_is_not_foreign(store: Path) -> None:
    """Ids nest, and so do folders; also those of data sets that an earlier version has left."""
    outer = hold(store, "a", {"f": b""})
    hold(store, "a.b.c", {"g": b""})
    hold(store, "ab", {"h": b""})
    put(outer.folder, {"b/x": b"", "d/.state.json": b"{}", "d/e": b"", ".state.json": b"{}"})
    found = {one.holding.id: [*one.files] for one in verify(store)}
    assert {"a": ["b/x", "f"], "a.b.c": ["g"], "ab": ["h"]} == found


def test_a_folder_that_is_gone_has_no_files(store: Path) -> None:
    """All that was in it is missing."""
    holding = hold(store, "a", FILES)
    holding.folder.rename(store / "away")
    assert dict.fromkeys(FILES, "missing") == states(store)


def test_an_empty_folder_has_to_be_there(store: Path) -> None:
    """Though there is no file that could be missed."""
    holding = hold(store, "a", {}, whole=True)
    assert {".": "missing"} == states(store)
    holding.folder.mkdir(parents=True)
    assert {} == states(store)


@pytest.mark.skipif(os.geteuid() == 0, reason=NOBODY)
@pytest.mark.parametrize("quick", [False, True])
def test_what_may_not_be_read_is_told(store: Path, *, quick: bool) -> None:
    """The rest is verified."""
    folder = hold(store, "a", FILES).folder
    (folder / "a.txt").chmod(0)
    (folder / "b/d").chmod(0)
    try:
        expected = {"b/d": "unreadable", "b/d/e.txt": "unreadable"}
        assert expected | ({} if quick else {"a.txt": "unreadable"}) == states(store, quick=quick)
    finally:
        (folder / "b/d").chmod(0o700)


def test_a_data_directory_may_be_a_link(store: Path, tmp_path: Path) -> None:
    """So may folders above recorded files, which a user has moved to where there is more room."""
    folder = hold(tmp_path / "real", "a", FILES).folder
    store.symlink_to(tmp_path / "real")
    (folder / "b/d").rename(tmp_path / "d")
    (folder / "b/d").symlink_to(tmp_path / "d")
    assert {} == states(store)


@pytest.mark.parametrize("make", [_folder, _fifo, _socket, lambda place: _link(place, "/dev/zero")])
def test_records_that_cannot_be_read_cost_their_data_set_alone(
    make: Callable[[Path], object], store: Path
) -> None:
    """The others are verified; nothing is waited for."""
    first, _ = hold(store, "a", FILES), hold(store, "b", FILES)
    make(first.store.sidecar(first))
    os.mkfifo(first.store.verifying(first))
    one, other = verify(store)
    assert ("files.jsonl" in str(one.failure), one.right, other.right) == (True, False, True)


def test_what_another_process_changes_meanwhile_is_verified_once_more(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before is not held against what is on record now."""
    holding = hold(store, "a", {"f": b"old"})
    reads: list[int] = []

    def read_records(*_: object) -> Records:
        reads.append(1)
        records = original(holding.store, holding)
        if len(reads) == 1:
            hold(store, "a", {"f": b"new"})
        return records

    original = soundness.read_records
    monkeypatch.setattr("datamaestro.store.settled.read_records", read_records)
    assert (True, 2) == (verify(store)[0].right, len(reads))


def test_a_record_that_is_just_being_written_is_waited_for(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sidecar is replaced before the manifest."""
    holding = hold(store, "a", {"f": b"old"})
    before = holding.store.manifest(holding).read_bytes()
    hold(store, "a", {"f": b"new"})
    after = holding.store.manifest(holding).read_bytes()
    holding.store.manifest(holding).write_bytes(before)
    os.utime(holding.store.manifest(holding), (1, 1))

    def sleep(seconds: float) -> None:
        holding.store.manifest(holding).write_bytes(after)

    monkeypatch.setattr("datamaestro.house.verifying.verification.time.sleep", sleep)
    assert verify(store)[0].right
