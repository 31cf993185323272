"""What comes out of a chain, in one file."""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from datamaestro.engine.expansion.limits import Meter
from datamaestro.engine.expansion.refusal import Refused
from datamaestro.engine.expansion.sinks import FileSink, Result
from datamaestro.engine.run import BLOCK
from datamaestro.errors import StorageError
from datamaestro_hookspecs.cards import Limits
from datamaestro_hookspecs.unpackers import Member


class OnlyRead:
    """A content as an unpacker may give it."""

    def __init__(self, content: bytes) -> None:
        self.left = io.BytesIO(content)

    def read(self, size: int, /) -> bytes:
        return self.left.read(size)


def joined(path: Path, *members: Member, limits: Limits | None = None, more: str = "") -> Result:
    """Write members into a file."""
    meter = Meter(limits or Limits(), lambda: 1 << 40, lambda: None)
    sink = FileSink(path, filter(None, [more]), meter)
    try:
        for member in members:
            sink.add(member.name, member)
        return sink.finish()
    finally:
        sink.close()


def test_files_are_joined_in_their_order(tmp_path: Path) -> None:
    """With the digests of what that becomes."""
    large = bytes(range(256)) * (BLOCK // 100)
    result = joined(
        tmp_path / "made/a.txt",
        Member("b", content=io.BytesIO(b"one ")),
        Member("a", content=OnlyRead(large)),
        Member("c", content=io.BytesIO(b"")),
        Member("d", content=io.BytesIO(b"two")),
        more="md5",
    )
    expected = b"one " + large + b"two"
    assert expected == result.path.read_bytes()
    assert {
        "sha256": hashlib.sha256(expected).hexdigest(),
        "md5": hashlib.md5(expected).hexdigest(),
    } == result.digests
    assert ((), tmp_path / "made/a.txt") == (result.below, result.path)


def test_links_and_folders_are_left_out(tmp_path: Path) -> None:
    """They have no content of their own."""
    others = [
        Member("a", "folder"),
        Member("b", "symlink", link="x"),
        Member("c", "hardlink", link="x"),
        Member("d", "device", content=io.BytesIO(b"content")),
        Member("e"),
    ]
    result = joined(tmp_path / "x", *others, Member("x", content=io.BytesIO(b"x")))
    assert b"x" == result.path.read_bytes()
    with pytest.raises(Refused, match="there is no file in it"):
        joined(tmp_path / "x", *others)


def test_what_an_attempt_before_has_left_is_gone(tmp_path: Path) -> None:
    """Nothing of it is behind what is written now."""
    (tmp_path / "x").write_bytes(b"longer than that")
    assert (
        b"new" == joined(tmp_path / "x", Member("a", content=io.BytesIO(b"new"))).path.read_bytes()
    )


def test_how_much_is_written_is_counted(tmp_path: Path) -> None:
    """All files together."""
    members = [Member("a", content=io.BytesIO(bytes(600))) for _ in range(2)]
    with pytest.raises(Refused, match="more than 1,000 bytes"):
        joined(tmp_path / "x", *members, limits=Limits(size=1000))


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the file that finds no room."""

    def full(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError, match=f"{tmp_path}/x: No space left"):
        joined(tmp_path / "x", Member("a", content=io.BytesIO(b"content")))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Before anything is read."""
    (tmp_path / "x").mkdir()
    with pytest.raises(StorageError, match=f"{tmp_path}/x: Is a directory"):
        joined(tmp_path / "x")
