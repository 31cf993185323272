"""Another version at a receiver, which goes to the trash there."""

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.errors import BusyError, StorageError
from datamaestro.house.trash.items import Item, items
from datamaestro.house.trash.restoring import restore
from datamaestro.moving.ways import push
from datamaestro.store.layout import Store
from datamaestro.store.records import DatasetRecords
from support.holding import hold, seen
from support.on_record import verify

ID = "a.b@test"


def filled(monkeypatch: pytest.MonkeyPatch, moment: int, action: Callable[[], object]) -> bool:
    """Do something on a disk that is full from the n-th new name on; return whether that came."""
    left = [moment]

    def need(makes: bool) -> None:
        left[0] -= makes
        if makes and left[0] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def wrapped(real: Any, makes: Callable[..., bool]) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            need(makes(*arguments))
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", wrapped(os.open, lambda _, flags, *more: flags & os.O_CREAT > 0))
        patch.setattr(io, "open", wrapped(io.open, lambda _, mode="r", *more: mode[0] in "wxa"))
        patch.setattr(os, "link", wrapped(os.link, lambda *more: True))
        patch.setattr(os, "symlink", wrapped(os.symlink, lambda *more: True))
        try:
            action()
        except StorageError:
            return True
    return False


def test_a_full_disk_changes_nothing_at_a_receiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it gets full, what was there is there; with more room, all that is new is."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    hold(ours, ID, x=b"new", tree={"p": b"newer", "q/r": b"same"}, link="x")
    hold(theirs, ID, x=b"old", tree={"p": b"older", "q/r": b"same"}, link="tree", kept=b"kept")
    before, moment = seen(theirs), 1
    while filled(monkeypatch, moment, lambda: push(Context(ours), [ID], str(theirs))):
        assert before == seen(theirs)
        assert [] == items(Store(theirs))
        (one,) = verify(theirs)
        assert one.right
        moment += 1
    assert moment > 15
    assert seen(ours).items() <= seen(theirs).items()


def test_nobody_brings_it_back_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another version is being put to its place, the one in the trash stays there."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    hold(ours, ID, x=b"new")
    hold(theirs, ID, x=b"old")
    publish = DatasetRecords.publish

    def meddled(self: DatasetRecords[Any], *arguments: Any, **more: Any) -> None:
        (item,) = items(Store(theirs))
        assert isinstance(item, Item)
        with pytest.raises(BusyError):
            restore(Store(theirs), item)
        publish(self, *arguments, **more)

    monkeypatch.setattr(DatasetRecords, "publish", meddled)
    push(Context(ours), [ID], str(theirs))
    assert seen(ours) == seen(theirs)
    assert 1 == len(items(Store(theirs)))


def test_what_is_not_right_is_not_given_another_name(tmp_path: Path) -> None:
    """Content that is there already need not travel, if it is what its record says."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    place = hold(theirs, ID, x=b"AAAA").folder / "x"
    time = place.stat().st_mtime_ns
    place.write_bytes(b"AAAB")
    os.utime(place, ns=(time, time))
    hold(ours, ID, x=b"AAAA", copy=b"AAAA")
    push(Context(ours), [ID], str(theirs))
    assert b"AAAA" == (place.parent / "copy").read_bytes()


def test_nothing_is_seen_of_what_is_not_all_in_place(tmp_path: Path) -> None:
    """Where somebody's folder is in the place of a file; the next try sends nothing again."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    hold(ours, ID, a=b"a", b={"c": b"c"}, d="a", e=b"e")
    hold(theirs, "other@test", a=b"a")
    inside = theirs / "data/test/a/b/e/mine"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"mine")
    before = seen(theirs)
    for _ in range(2):
        with pytest.raises(StorageError, match="Is a directory"):
            push(Context(ours), [ID], str(theirs))
        assert before == seen(theirs)
        assert [] == list((theirs / "state/test").glob("*a.b*"))
    inside.unlink()
    inside.parent.rmdir()
    (moved,) = push(Context(ours), [ID], str(theirs))
    assert 0 == moved.size
    assert seen(ours).items() <= seen(theirs).items()
