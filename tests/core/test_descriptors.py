"""What the operating system may do in part is done whole."""

import os
from pathlib import Path

import pytest

from datamaestro.descriptors import write_all


@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_a_block_is_written_whole(
    kind: type[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may take less of it at a time."""
    write, told = os.write, []

    def some(file: int, block: bytes) -> int:
        told.append(len(block))
        return write(file, block[:3])

    monkeypatch.setattr(os, "write", some)
    with (tmp_path / "x").open("wb") as file:
        write_all(file.fileno(), kind(b"0123456789"))
    assert b"0123456789" == (tmp_path / "x").read_bytes()
    assert [10, 7, 4, 1] == told
