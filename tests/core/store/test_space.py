"""Room on the disk."""

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.errors import StorageError
from datamaestro.store import space as module
from datamaestro.store.space import allocate, free_space, require_space

SIZE = 1 << 20


def test_free_space_is_that_of_the_file_system(tmp_path: Path) -> None:
    """Also of a place that is not there yet; a little changes while others write."""
    found = free_space(tmp_path / "not" / "there" / "yet")
    status = os.statvfs(tmp_path)
    assert pytest.approx(status.f_bavail * status.f_frsize, abs=1 << 34) == found


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line with the next step; as much as there is is not too much."""
    monkeypatch.setattr(module, "free_space", lambda path: 2000)
    require_space(tmp_path, 2000)
    require_space(tmp_path, -5)
    with pytest.raises(StorageError) as caught:
        require_space(tmp_path / "x", 1_234_567)
    assert str(caught.value) == (
        f"not enough space below {tmp_path}/x: 1,234,567 bytes are needed and 2,000 are free, "
        "so 1,232,567 are missing (free some space, or choose another data directory with --data)"
    )


def test_more_than_any_disk_has_is_refused(tmp_path: Path) -> None:
    """The real figure is asked for."""
    with pytest.raises(StorageError, match="are missing"):
        require_space(tmp_path, 1 << 70)


def open_new(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT)


def test_room_is_taken_before_it_is_filled(tmp_path: Path) -> None:
    """The file does not look longer than it is."""
    descriptor = open_new(tmp_path / "x")
    try:
        fallocate = getattr(ctypes.CDLL(None, use_errno=True), "fallocate", None)
        if fallocate is None or fallocate(descriptor, 1, ctypes.c_int64(0), ctypes.c_int64(1)):
            pytest.skip("this file system has no fallocate")
        allocate(descriptor, SIZE)
        status = os.fstat(descriptor)
        assert (0, True) == (status.st_size, 512 * status.st_blocks >= SIZE)
    finally:
        os.close(descriptor)


def failing(number: int) -> Callable[[], Callable[..., int]]:
    """Return what finds a function of the system that always fails."""

    def fallocate(*arguments: object) -> int:
        ctypes.set_errno(number)
        return -1

    return lambda: fallocate


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.ENOSYS, errno.ENODEV, None])
def test_where_room_cannot_be_taken_nothing_is_done(
    number: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On such file systems, and such systems; the file is as it was."""
    find = (lambda: None) if number is None else failing(number)
    monkeypatch.setattr(module, "_fallocate", find)
    descriptor = open_new(tmp_path / "x")
    try:
        allocate(descriptor, SIZE)
        status = os.fstat(descriptor)
        assert (0, 0) == (status.st_size, status.st_blocks)
    finally:
        os.close(descriptor)


def test_what_is_no_file_on_a_disk_takes_no_room() -> None:
    """The real system refuses, and it goes on."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    try:
        allocate(descriptor, SIZE)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_that_is_full_is_an_error(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told before anything is fetched."""
    monkeypatch.setattr(module, "_fallocate", failing(number))
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        allocate(0, SIZE)
    assert number == caught.value.errno
