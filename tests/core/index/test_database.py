"""The file of the index."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from datamaestro.index.database import (
    empty_index,
    index_path,
    load_index,
    open_index,
    save,
)


def write(name: str) -> None:
    """Save an index with one environment."""
    with closing(empty_index()) as connection:
        connection.execute("INSERT INTO environments(name) VALUES (?)", (name,))
        save(connection)


def names(opened: Callable[[], sqlite3.Connection]) -> list[str]:
    with closing(opened()) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM environments")]


def test_what_is_saved_is_read() -> None:
    """From the file, or into memory; it lies in the user's cache directory."""
    write("here")
    assert ["here"] == names(open_index) == names(load_index)
    assert Path(os.environ["XDG_CACHE_HOME"]) in index_path().parents


def test_a_reader_goes_on_with_what_it_has_opened() -> None:
    """While another process replaces the file."""
    write("old")
    with closing(open_index()) as connection:
        write("new")
        assert ("old",) == connection.execute("SELECT name FROM environments").fetchone()
    assert ["new"] == names(open_index)


def test_the_file_cannot_be_changed_where_it_lies() -> None:
    """A reader has no way to spoil it."""
    write("here")
    with closing(open_index()) as connection, pytest.raises(sqlite3.Error, match="readonly"):
        connection.execute("DELETE FROM environments")


def _sqlite(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _empty_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(bytes(4096))


SPOILED: dict[str, Callable[[Path], object]] = {
    "it is not there": lambda path: path.unlink(),
    "it is empty": lambda path: path.write_bytes(b""),
    "it is something else": lambda path: path.write_bytes(b"no database " * 1000),
    "it is cut off": lambda path: os.truncate(path, path.stat().st_size // 2),
    "it is of another program": lambda path: _sqlite(path, "PRAGMA application_id = 7"),
    "it is of another version": lambda path: _sqlite(path, "PRAGMA user_version = 99"),
    "a page of it is empty": _empty_page,
    "it is a folder": _folder,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_counts_as_none(how: str) -> None:
    """It is an error of SQLite's to load it, whatever is wrong."""
    write("here")
    SPOILED[how](index_path())
    with pytest.raises(sqlite3.Error):
        load_index()


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_is_replaced(how: str) -> None:
    """Nothing of it stays."""
    write("here")
    SPOILED[how](index_path())
    write("again")
    assert ["again"] == names(load_index)


def test_nothing_is_left_when_writing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there is still there."""
    write("here")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write("new")
    assert ["here"] == names(open_index)
    assert [index_path()] == list(index_path().parent.iterdir())


def test_an_empty_folder_in_its_place_is_replaced() -> None:
    """Such as docker mounts where there is no file; one that holds something stays."""
    index_path().mkdir(parents=True)
    write("here")
    assert ["here"] == names(open_index)
    _folder(index_path())
    (index_path() / "file").touch()
    with pytest.raises(OSError, match="directory"):
        write("here")
    assert [index_path()] == list(index_path().parent.iterdir())


def test_odd_names_of_folders_are_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is told of the file in an address, where some characters mean something."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a?b#c%20 é\udcff"))
    write("here")
    assert ["here"] == names(open_index)
