"""Small files that are replaced whole."""

import os
from pathlib import Path

import pytest

from datamaestro.errors import StorageError
from datamaestro.store.replacing import replace


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
