"""Of a file of which the receiver has another version, only the difference travels."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from attrs import define, field

from datamaestro.context import Context
from datamaestro.errors import ContentError
from datamaestro.moving.copying import Copying, Moved
from datamaestro.moving.differing import LEAST
from datamaestro.moving.here.local import LocalSide
from datamaestro_hookspecs.events import Event, TransferEnded
from support.holding import hold, seen
from support.sides import far_side_of
from support.waiting import eventually

NAME = "org.example.x@test"
OLD, NEW = b"1" * LEAST, b"1" * LEAST + b"2"
HALF = b"2" + OLD


@define
class Copies:
    """Stands in for rsync."""

    works: bool = True
    spoils: bool = False
    cut: BaseException | None = None
    done: list[str] = field(factory=list)
    found: list[bytes] = field(factory=list)

    def send(self, here: Path, there: str) -> int | None:
        self.done.append("sent")
        return self._copy(here, Path(there))

    def fetch(self, there: str, here: Path) -> int | None:
        self.done.append("fetched")
        return self._copy(Path(there), here)

    def _copy(self, one: Path, other: Path) -> int | None:
        self.found.append(other.read_bytes())
        if self.cut is not None:
            other.write_bytes(HALF)
            raise self.cut
        if not self.works:
            other.write_bytes(b"half")
            return None
        shutil.copyfile(one, other)
        if self.spoils:
            other.write_bytes(b"spoilt")
        return 7


@pytest.fixture(autouse=True)
def with_rsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")


def moved(store: Path, other: Path, way: str, copies: Copies) -> list[Moved]:
    """Move what is in one data directory to the other, which is on another computer or has it."""
    here, there = (store, other) if way == "sent" else (other, store)
    context = Context(here)
    with LocalSide(context) as near, far_side_of(LocalSide(Context(there)), deltas=copies) as far:
        source, receiver = (near, far) if way == "sent" else (far, near)
        return list(Copying(source, receiver, context).copy(source.offers([])))


@pytest.mark.parametrize("way", ["sent", "fetched"])
@pytest.mark.parametrize("works", [True, False])
def test_the_difference_is_enough(store: Path, tmp_path: Path, way: str, works: bool) -> None:
    """Where it cannot be sent, the whole file is; nothing is left of the attempt."""
    other, copies = tmp_path / "other", Copies(works)
    hold(store, NAME, large=NEW, small=b"new")
    hold(other, NAME, large=OLD, small=b"old")
    (done,) = moved(store, other, way, copies)
    assert [OLD] == copies.found
    travelled = 7 + len(b"new") if works else LEAST + 4
    assert (2, travelled, [way]) == (done.files, done.size, copies.done)
    assert seen(store) == seen(other)
    assert {"lock"} == {path.name for path in other.glob("partial/*/*/*")}


@pytest.mark.parametrize("way", ["sent", "fetched"])
def test_a_difference_that_was_interrupted_is_gone_on_with(
    store: Path, tmp_path: Path, way: str
) -> None:
    """What has been changed by then is changed no more; nothing of it is left in the end."""
    other = tmp_path / "other"
    hold(store, NAME, large=NEW)
    hold(other, NAME, large=OLD)
    with pytest.raises(KeyboardInterrupt):
        moved(store, other, way, Copies(cut=KeyboardInterrupt()))
    eventually(lambda: not list(other.glob("partial/*/*/run-*/owner.json")))
    copies = Copies()
    moved(store, other, way, copies)
    assert [HALF] == copies.found
    assert seen(store) == seen(other)
    assert {"lock"} == {path.name for path in other.glob("partial/*/*/*")}


def test_what_has_travelled_is_told(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a difference, which comes last, and in one go."""
    told: list[Event] = []
    monkeypatch.setattr(
        "datamaestro.plugins.services.Plugins.send", lambda _, event: told.append(event)
    )
    other = tmp_path / "other"
    hold(store, NAME, large=NEW)
    hold(other, NAME, large=OLD)
    moved(store, other, "sent", Copies())
    assert [TransferEnded(NAME, "large", 7)] == [
        one for one in told if isinstance(one, TransferEnded)
    ]


def test_what_another_version_has_become_is_checked(store: Path, tmp_path: Path) -> None:
    """Like all that arrives."""
    other = tmp_path / "other"
    hold(store, NAME, large=NEW)
    hold(other, NAME, large=OLD)
    with pytest.raises(ContentError, match="large is not what is on record"):
        moved(store, other, "sent", Copies(spoils=True))
    assert OLD == seen(other)["test/org/example/x/large"]


def test_what_is_new_or_small_travels_whole(store: Path, tmp_path: Path) -> None:
    """Nobody asks for a difference."""
    other, copies = tmp_path / "other", Copies()
    hold(store, NAME, large=NEW, small=b"new")
    hold(other, NAME, small=b"old")
    moved(store, other, "sent", copies)
    assert ([], seen(store)) == (copies.done, seen(other))


def test_without_rsync_there_the_whole_file_travels(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is tried."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    other, copies = tmp_path / "other", Copies()
    hold(store, NAME, large=NEW)
    hold(other, NAME, large=OLD)
    moved(store, other, "sent", copies)
    assert ([], seen(store)) == (copies.done, seen(other))


@pytest.mark.parametrize("way", ["sent", "fetched"])
def test_without_room_for_a_copy_the_whole_file_travels(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """It needs less."""

    def full(file: Path, place: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))

    monkeypatch.setattr("datamaestro.moving.differing._copy", full)
    other, copies = tmp_path / "other", Copies()
    hold(store, NAME, large=NEW)
    hold(other, NAME, large=OLD)
    moved(store, other, way, copies)
    assert ([], seen(store)) == (copies.done, seen(other))
    assert {"lock"} == {path.name for path in other.glob("partial/*/*/*")}
