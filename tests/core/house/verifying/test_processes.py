"""A process finds what this one would find, and is gone when nobody asks any more."""

import hashlib
import os
import sys
from errno import EINVAL, ENOENT
from pathlib import Path

import pytest

from datamaestro.house.verifying.processes import Process


def test_what_is_there_is_found(tmp_path: Path) -> None:
    """Also under a name that is no text, and what is no file; a batch after the other."""
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n")
    Path(name).write_bytes(b"content")
    status = Path(name).stat()
    with Process() as process:
        first = process.read([name])
        others = process.read([str(tmp_path), f"{tmp_path}/none"])
    expected = (0, 7, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    assert [(*expected, hashlib.sha256(b"content").hexdigest())] == first
    assert others is not None
    assert [EINVAL, ENOENT] == [one.error for one in others]


def test_one_that_has_ended_finds_nothing(tmp_path: Path) -> None:
    """Whoever asked knows it, whatever it was asked for."""
    with Process() as process:
        process.stop()
        assert process.read([str(tmp_path)] * 10_000) is None
    assert process.read([str(tmp_path)]) is None


def test_one_that_fails_finds_nothing() -> None:
    """What no path can be, it does not live through."""
    with Process() as process:
        assert process.read(["a\0b"]) is None


def test_where_none_can_be_started_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no error: there is another way."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with Process() as process:
        assert process.read([str(tmp_path)]) is None
