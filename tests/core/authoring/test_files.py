"""Files for an author are written all or not at all, and never over what is there."""

from pathlib import Path

import pytest

from datamaestro.authoring.files import write_new
from datamaestro.errors import StorageError, UsageError


def test_folders_are_made(tmp_path: Path) -> None:
    """As many as are needed."""
    write_new({tmp_path / "a/b/c.py": "é\n", tmp_path / "a/d.py": ""})
    assert "é\n".encode() == (tmp_path / "a/b/c.py").read_bytes()
    assert b"" == (tmp_path / "a/d.py").read_bytes()


def test_what_is_there_stays_and_nothing_else_appears(tmp_path: Path) -> None:
    """The files and folders that were made before it was noticed are removed."""
    there = tmp_path / "there.py"
    there.write_text("kept")
    with pytest.raises(UsageError, match="there already"):
        write_new({tmp_path / "a/b/c.py": "", there: "other"})
    assert "kept" == there.read_text()
    assert [there] == list(tmp_path.iterdir())


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where a folder would have to be: exit code 8."""
    (tmp_path / "a").write_text("")
    with pytest.raises(StorageError):
        write_new({tmp_path / "b.py": "", tmp_path / "a/b.py": ""})
    assert [tmp_path / "a"] == list(tmp_path.iterdir())
