"""The spool: several write, and those who read follow."""

import errno
import os
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine.pieces import Piece
from datamaestro.engine.spool import Spool
from datamaestro.errors import StorageError, TransferError
from support.transfers import content


def taken(spool: Spool, length: int | None = None, window: int = 1 << 30) -> Piece:
    piece = spool.take(length, window)
    assert piece is not None
    return piece


def write(spool: Spool, piece: Piece, data: bytes) -> None:
    spool.write(piece, memoryview(data))


def read_all(spool: Spool, size: int, *, last: bool = True) -> Iterator[bytes]:
    """Iterate over what comes, in order, until the end."""
    buffer, position = memoryview(bytearray(size)), 0
    while (count := spool.read(position, buffer, last=last)) != 0:
        assert count is not None
        yield bytes(buffer[:count])
        position += count


sizes = st.lists(st.integers(1, 400), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(sizes, sizes, st.integers(1, 500), st.integers(0, 300), st.randoms(use_true_random=False))
def test_readers_get_the_bytes_in_order(
    lengths: list[int], blocks: list[int], size: int, start: int, order: random.Random
) -> None:
    """Whatever the pieces and the order in which threads write them, also after an earlier part."""
    data = content(start + sum(lengths))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        path = Path(folder) / "spool"
        path.write_bytes(data[:start])
        with Spool(path, start, len(data)) as spool:
            pieces = [taken(spool, length) for length in lengths]
            order.shuffle(pieces)

            def fill(piece: Piece) -> None:
                for block in blocks * 400:
                    if not piece.left:
                        return
                    stop = piece.position + min(block, piece.left)
                    write(spool, piece, data[piece.position : stop])

            reading = pool.submit(lambda: b"".join(read_all(spool, size)))
            list(pool.map(fill, pieces))
            assert data == reading.result()
        assert data == path.read_bytes()


def test_a_file_of_unknown_size_ends_when_that_is_said(tmp_path: Path) -> None:
    """Until then its readers wait."""
    with Spool(tmp_path / "spool", 0, None) as spool, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(lambda: list(read_all(spool, 100)))
        piece = taken(spool)
        write(spool, piece, b"abc")
        assert not spool.complete
        spool.end(piece)
        assert spool.complete
        assert b"abc" == b"".join(reading.result())


def test_patience_ends(tmp_path: Path) -> None:
    """Who does not wait any longer is told that nothing came, which is not the end."""
    with Spool(tmp_path / "spool", 0, 10) as spool:
        assert None is spool.read(0, memoryview(bytearray(5)), patience=0)


@pytest.mark.parametrize("last", [True, False])
def test_a_failure_wakes_all_readers(last: bool, tmp_path: Path) -> None:
    """Each raises the first reason."""
    with Spool(tmp_path / "spool", 0, 10) as spool, ThreadPoolExecutor(2) as pool:
        readings = [pool.submit(lambda: list(read_all(spool, 5, last=last))) for _ in range(2)]
        reason = TransferError("u", "gone")
        spool.fail(reason)
        spool.fail(KeyError("later"))
        assert [reason, reason] == [reading.exception() for reading in readings]


def test_after_a_failure_what_is_there_may_still_be_read(tmp_path: Path) -> None:
    """Who wants the last bytes gets them first; who does not is told at once."""
    reason, buffer = TransferError("u", "gone"), memoryview(bytearray(2))
    with Spool(tmp_path / "spool", 0, 10) as spool:
        write(spool, taken(spool), b"abc")
        spool.fail(reason)
        assert [2, 1] == [spool.read(position, buffer) for position in (0, 2)]
        for position, last in ((3, True), (0, False)):
            with pytest.raises(TransferError) as caught:
                spool.read(position, buffer, last=last)
            assert reason is caught.value


def test_what_is_beyond_the_start_is_forgotten(tmp_path: Path) -> None:
    """An earlier run may have written more than it knew to be right."""
    path = tmp_path / "spool"
    path.write_bytes(b"abcdef")
    with Spool(path, 2, 4) as spool:
        assert b"ab" == path.read_bytes()
        write(spool, taken(spool), b"xy")
    assert b"abxy" == path.read_bytes()


def test_what_is_whole_needs_nothing(tmp_path: Path) -> None:
    """An earlier run may have brought all of it."""
    (tmp_path / "spool").write_bytes(b"abc")
    with Spool(tmp_path / "spool", 3, 3) as spool:
        assert (True, None) == (spool.complete, spool.take(None, 0))
        assert [b"abc"] == list(read_all(spool, 10))


def test_without_room_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how much is missing; what is there already is not asked for again."""
    monkeypatch.setattr("datamaestro.store.space.free_space", lambda path: 100)
    with pytest.raises(StorageError, match="so 900 are missing"):
        Spool(tmp_path / "spool", 0, 1000)
    with Spool(tmp_path / "other", 0, 100):
        pass


def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails is an error that names the place; what it was to bring is not there."""
    with Spool(tmp_path / "spool", 0, 10) as spool:
        piece = taken(spool)

        def refuse(*arguments: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "pwrite", refuse)
        with pytest.raises(StorageError, match=r"spool: No space left"):
            write(spool, piece, b"abc")
        assert 0 == spool.pieces.there


def test_short_writes_are_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may write less than it was given."""
    write_all = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: write_all(file, data[:2], at))
    with Spool(tmp_path / "spool", 0, 7) as spool:
        write(spool, taken(spool), b"abcdefg")
        assert b"abcdefg" == b"".join(read_all(spool, 10))
