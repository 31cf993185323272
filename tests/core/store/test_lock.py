"""The lock of a data set."""

import errno
import fcntl
import os
from pathlib import Path

import pytest
from filelock import FileLock

from datamaestro.errors import BusyError, StorageError
from datamaestro.store.lock import locked


def test_waiting_for_another_process_ends(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A lock that is held is waited for, with a word about it, as long as is allowed."""
    path = tmp_path / "folder" / "lock"
    path.parent.mkdir()
    with (
        FileLock(path, is_singleton=False),
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


def test_an_error_inside_is_not_one_of_the_lock(tmp_path: Path) -> None:
    """What goes wrong while the lock is held keeps its own name."""
    with pytest.raises(FileNotFoundError), locked(tmp_path / "lock", "x@y", 0):
        (tmp_path / "none").read_text()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "folder").write_text("")
    with pytest.raises(StorageError, match="folder"), locked(tmp_path / "folder/lock", "x@y", 0):
        pytest.fail("entered")
