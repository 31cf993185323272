"""A damaged index, and places where none can be kept: commands answer all the same."""

import os
import random
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from datamaestro.index.database import FORMAT, index_path
from support.searching import IRIS, add_repository, search

PAGE = 4096
"""Bytes."""

EXPECTED = "[flowers] com.acme.iris (File)\n"

IN_A_NAMESPACE = ("unshare", "--mount", "--map-root-user", "sh", "-c")
"""What runs a shell command that may mount file systems nobody else sees."""


def can_mount(folder: Path) -> bool:
    """Return whether this user may mount a file system."""
    try:
        mount = [*IN_A_NAMESPACE, f"mount -t tmpfs none {folder}"]
        return subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def index(site: Path, tmp_path: Path) -> Path:
    """Return the index of a repository; it is there."""
    add_repository(site, "flowers", com__acme=IRIS)
    assert EXPECTED == search(tmp_path, "acme").out
    return index_path()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _earlier_format(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"DROP TABLE data_sets; PRAGMA user_version = {FORMAT - 1}")


def _schema_without_sense(path: Path) -> None:
    """Spoil the tables' names, so that what SQLite says of them is no text."""
    content = path.read_bytes()
    path.write_bytes(
        content.replace(b"CREATE TABLE data_sets", b"CREATE TABLE \xf2\xf2\xf2\xf2sets")
    )


def _flip(path: Path, page: int) -> None:
    """Turn over some bits at the beginning of a page."""
    content = bytearray(path.read_bytes())
    chance = random.Random(page)
    for _ in range(20):
        content[PAGE * page + chance.randrange(200)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


SPOILED: dict[str, Callable[[Path], object]] = {
    "cut off within the header": lambda path: os.truncate(path, 50),
    "cut off after the header": lambda path: os.truncate(path, PAGE),
    "cut off in the middle": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut off at the end": lambda path: os.truncate(path, path.stat().st_size - PAGE),
    "empty": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(100_000)),
    "a folder": _folder,
    "of an earlier format": _earlier_format,
    "of tables without sense": _schema_without_sense,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_damaged_index_is_thrown_away(how: str, index: Path, tmp_path: Path) -> None:
    """The answer is right, nothing is said, and the next search is quick again."""
    SPOILED[how](index)
    found = search(tmp_path, "acme")
    assert (EXPECTED, "") == (found.out, found.err)
    again = search(tmp_path, "acme")
    assert (EXPECTED, "", set()) == (again.out, again.err, again.imported("acme_flowers"))
    assert [index] == list(index.parent.iterdir())


def test_flipped_bits_are_no_error(index: Path, tmp_path: Path) -> None:
    """Where a page says what stands where; most are noticed, and the index made anew."""
    good = index.read_bytes()
    for page in range(0, len(good) // PAGE, 5):
        index.write_bytes(good)
        _flip(index, page)
        assert "Traceback" not in search(tmp_path, "acme").err, page


PLACES = {
    "a full disk": "mount -t tmpfs -o size=16k none {folder}",
    "a file system that is only read": "mount -t tmpfs -o ro none {folder}",
    "a file that is no folder": "",
}


@pytest.mark.parametrize("place", PLACES)
def test_without_a_place_for_it_all_works(place: str, site: Path, tmp_path: Path) -> None:
    """One line says so, each time; nothing half is left."""
    add_repository(site, "flowers", com__acme=IRIS)
    folder = index_path().parent
    folder.parent.mkdir()
    within: tuple[str, ...] = ()
    if command := PLACES[place].format(folder=folder):
        folder.mkdir()
        if not can_mount(folder):
            pytest.skip("this user may not mount file systems")
        script = f'{command} && "$@" && ls -A {folder} && "$@"'
        within = (*IN_A_NAMESPACE, script, "sh")
    else:
        folder.write_text("")
    runs = 2 if within else 1
    found = search(tmp_path, "acme", within=within)
    told = found.err.splitlines()
    assert (EXPECTED * runs, runs) == (found.out, len(told))
    assert all("cannot be kept" in line and "XDG_CACHE_HOME" in line for line in told)
