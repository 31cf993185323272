"""Small files that are replaced whole."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.errors import StorageError
from datamaestro.store.replacing import kept, replace


def test_a_replaced_file_is_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails, what was there is still there, and nothing is left beside it."""
    path = tmp_path / "m.json"
    replace(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        replace(path, "new")
    assert [path] == list(tmp_path.iterdir())
    assert "old" == path.read_text()


def test_the_umask_decides_who_may_read(tmp_path: Path) -> None:
    """A shared data directory works for a group whose members use a shared umask."""
    before = os.umask(0o002)
    try:
        replace(tmp_path / "m.json", "x")
    finally:
        os.umask(before)
    assert 0o664 == (tmp_path / "m.json").stat().st_mode & 0o777


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_kept_as_it_was(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the block fails, and only there; nothing else stays."""
    path = tmp_path / "file"
    path.write_text("before")
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", failing(errno.EPERM))

    def replace_in_vain() -> None:
        replace(path, "after")
        raise KeyError

    with pytest.raises(KeyError), kept(path):
        replace_in_vain()
    assert "before" == path.read_text()
    with kept(path):
        replace(path, "after")
    assert ("after", [path]) == (path.read_text(), list(tmp_path.iterdir()))


def test_a_file_that_cannot_be_copied_is_not_replaced_by_a_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk without hard links."""

    def begin(path: Path, copy: Path) -> None:
        copy.write_bytes(path.read_bytes()[:3])
        failing(errno.ENOSPC)()

    path = tmp_path / "file"
    path.write_text("before")
    monkeypatch.setattr(Path, "hardlink_to", failing(errno.EPERM))
    monkeypatch.setattr("shutil.copy2", begin)
    with pytest.raises(StorageError, match="No space left"), kept(path):
        pytest.fail("went on without a copy")
    assert ("before", [path]) == (path.read_text(), list(tmp_path.iterdir()))


def failing(number: int) -> Callable[..., None]:
    """Return what fails as a file system does."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_that_was_not_there_is_not_kept(tmp_path: Path) -> None:
    """Where the block fails; else it is what the block has made."""
    path = tmp_path / "a"

    def make(text: str) -> int:
        path.write_text(text)
        return int(text)

    with pytest.raises(ValueError, match="new"), kept(path):
        make("new")
    assert [] == list(tmp_path.iterdir())
    with kept(path):
        make("1")
    assert [path] == list(tmp_path.iterdir())
