"""The lock of a data set."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from datamaestro.errors import BusyError, StorageError
from datamaestro.store.lock import locked
from support.descriptors import open_descriptors


def test_waiting_for_another_process_ends(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A lock that is held is waited for, with a word about it, as long as is allowed."""
    path = tmp_path / "folder" / "lock"
    path.parent.mkdir()
    with (
        locked(path, "x@y", 0),
        pytest.raises(BusyError, match=r"waited 0\.01 s for another process to make x@y"),
        locked(path, "x@y", 0.01),
    ):
        pytest.fail("entered although the lock is held")
    assert "waiting for another process to make x@y" in caplog.text


def test_the_lock_is_released(tmp_path: Path) -> None:
    """One after the other may write, also after a failure."""
    for _ in range(2):
        with pytest.raises(KeyError), locked(tmp_path / "lock", "x@y", 0):
            raise KeyError


def test_the_lock_is_released_whoever_has_inherited_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was forked meanwhile, and goes on, has it no longer."""
    inherited: list[int] = []
    really = os.open

    def remember(file: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = really(file, flags, mode)
        inherited.append(os.dup(descriptor))
        return descriptor

    with monkeypatch.context() as forking:
        forking.setattr(os, "open", remember)
        with locked(tmp_path / "lock", "x@y", 0):
            pass
    with locked(tmp_path / "lock", "x@y", 0):
        pass
    for descriptor in inherited:
        os.close(descriptor)


def test_a_lock_file_whose_folder_has_just_gone_does_not_stay_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made anew, as often as that happens."""
    missing = [FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))] * 3

    def look(path: Path) -> None:
        if missing:
            raise missing.pop()

    monkeypatch.setattr("datamaestro.store.lock.share", look)
    before = open_descriptors()
    with locked(tmp_path / "lock", "x@y", 0):
        assert [] == missing
    assert before == open_descriptors()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks_is_no_obstacle(
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Locks only save work: without them it goes on, with a word about it."""

    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(tmp_path / "lock", "x@y", 0):
        pass
    assert "has no locks; going on without" in caplog.text


def test_a_lock_that_is_closed_to_this_user_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's is opened for reading, which is enough to hold it; else it goes on without."""
    path, really = tmp_path / "lock", os.open
    refused = {os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW}

    def refuse(file: Path, flags: int, mode: int = 0o777) -> int:
        if flags in refused:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return really(file, flags, mode)

    path.touch()
    monkeypatch.setattr(os, "open", refuse)
    with locked(path, "x@y", 0), pytest.raises(BusyError), locked(path, "x@y", 0):
        pytest.fail("entered although the lock is held")
    refused.add(os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with locked(path, "x@y", 0), locked(path, "x@y", 0):
        pass


def test_an_error_inside_is_not_one_of_the_lock(tmp_path: Path) -> None:
    """What goes wrong while the lock is held keeps its own name."""
    with pytest.raises(FileNotFoundError), locked(tmp_path / "lock", "x@y", 0):
        (tmp_path / "none").read_text()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "folder").write_text("")
    with pytest.raises(StorageError, match="folder"), locked(tmp_path / "folder/lock", "x@y", 0):
        pytest.fail("entered")


def test_a_place_where_nothing_can_ever_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in ``/proc``, whose answer to a folder that is to be made is that there is none."""
    tries: list[object] = []

    def refuse(path: object, *_: object, **__: object) -> None:
        tries.append(path)
        assert len(tries) < 1000
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StorageError, match="folder"), locked(tmp_path / "folder/lock", "x@y", 0):
        pytest.fail("entered")


def test_a_lock_that_is_taken_away_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited for it takes the one that is there then, as all others do."""
    path, really = tmp_path / "folder/lock", fcntl.flock
    moved: list[Path] = []

    def late(descriptor: int, operation: int) -> None:
        if not moved:
            moved.append(path.parent.rename(tmp_path / "trash"))
        really(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with locked(path, "x@y", 0), pytest.raises(BusyError), locked(path, "x@y", 0):
        pytest.fail("entered although the lock is held")


def test_a_link_is_no_lock(tmp_path: Path) -> None:
    """Whoever may write beside it could have another user make a file anywhere."""
    (tmp_path / "lock").symlink_to(tmp_path / "other")
    with pytest.raises(StorageError), locked(tmp_path / "lock", "x@y", 0):
        pytest.fail("entered")
    assert not (tmp_path / "other").exists()
