"""Errors of the file system, as users are told of them."""

import errno
import os
from pathlib import Path

import pytest

from datamaestro.store.faults import storage_error

ANOTHER = os.geteuid() + 1


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of another user's, right below one with the sticky bit."""
    tmp_path.chmod(0o1777)
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: ANOTHER)
    return tmp_path / "data"


def test_whom_to_ask_about_a_closed_folder(place: Path) -> None:
    """The bit of the folder around it has nothing to do with what cannot be made in it."""
    for number in (errno.EACCES, errno.EPERM):
        hint = storage_error(OSError(number, "no"), place / "partial/x").hint
        assert hint.startswith("ask ")
        assert f" to change the permissions of {place}, or choose another" in hint
    assert "sticky" not in storage_error(OSError(errno.EACCES, "no"), place).hint


def test_the_sticky_bit_is_told_where_it_is_the_reason(place: Path) -> None:
    """Of a folder that is no data directory's, such as /tmp, nobody is told to remove it."""
    error = OSError(errno.EPERM, "no")
    assert f": chmod -t {place.parent}, or choose" in storage_error(error, place).hint
    hint = storage_error(error, place, "write it to another place").hint
    assert (True, False) == ("sticky bit" in hint, "chmod" in hint)


@pytest.mark.parametrize(
    ("name", "told"), [("inner/x", "folder/inner/x"), ("folder", "folder"), (None, "folder")]
)
def test_what_is_named_from_an_open_folder_has_its_whole_path(
    name: str | None, told: str, tmp_path: Path
) -> None:
    """Its name alone would say nothing."""
    error = storage_error(OSError(errno.EACCES, "no", name), tmp_path / "folder")
    assert f"cannot use {tmp_path / told}: no" == error.message
    assert "of ." not in error.hint


@pytest.mark.parametrize("name", ["/none/x", Path("/none/x")])
def test_what_is_named_in_whole_stays_so(name: str | Path, tmp_path: Path) -> None:
    """As text, or as a path."""
    assert "/none/x:" in storage_error(OSError(errno.EACCES, "no", name), tmp_path).message
