"""IDX files."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.data.tensor import IDX
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro_plugins.idx.reader import DTYPES, IDXReader

shapes = st.lists(st.integers(0, 5), max_size=4)


def write(path: Path, code: int, shape: list[int], items: bytes) -> Path:
    path.write_bytes(struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape) + items)
    return path


@given(st.sampled_from(sorted(DTYPES)), shapes, st.randoms(use_true_random=False))
def test_every_type_and_rank_is_read(
    tmp_path_factory: pytest.TempPathFactory, code: int, shape: list[int], random: object
) -> None:
    """The array has the file's type, shape and items, whatever they are."""
    count = int(np.prod(shape, dtype=int))
    expected = np.arange(count).astype(DTYPES[code]).reshape(shape)
    path = write(tmp_path_factory.mktemp("idx") / "x.idx", code, shape, expected.tobytes())
    IDXReader().check(path)
    found = IDX(path=path).data()
    assert (expected.dtype, expected.shape) == (found.dtype, found.shape)
    np.testing.assert_array_equal(found, expected)


def test_the_array_is_mapped_and_read_only(tmp_path: Path) -> None:
    """Nothing is copied into memory, and nobody changes the data by accident."""
    data = IDX(path=write(tmp_path / "x.idx", 8, [2, 2], b"abcd")).data()
    assert isinstance(data, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        data[0, 0] = 1


def test_what_is_not_on_disk_is_told(tmp_path: Path) -> None:
    """The error names the datum and what brings it there."""
    with pytest.raises(DatamaestroError, match=r"x\.images@y is not on disk.*prepare_dataset"):
        IDX(path=tmp_path / "none.idx", id="x.images@y").data()


GOOD = struct.pack(">HBBII", 0, 8, 2, 2, 3) + b"abcdef"


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_a_file_that_is_cut_short_is_an_error(length: int, tmp_path: Path) -> None:
    """At any length: never a short array, never a traceback of numpy's."""
    path = tmp_path / "x.idx"
    path.write_bytes(GOOD[:length])
    with pytest.raises(ContentError, match=r"x\.idx"):
        IDX(path=path).data()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD + b"g", "has 19 bytes, a 2 x 3 IDX file of >u1 has 18"),
        (b"\x1f\x8b" + GOOD, "is not an IDX file"),
        (b"\0\0\x0a\x01" + GOOD, "is not an IDX file"),
        (b"<!DOCTYPE html>", "is not an IDX file"),
        (struct.pack(">HBB3I", 0, 14, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1), "IDX file of >f8"),
    ],
)
def test_another_file_is_an_error(content: bytes, message: str, tmp_path: Path) -> None:
    """The error says what is wrong, and sizes beyond all memory do no harm."""
    path = tmp_path / "x.idx"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=message):
        IDX(path=path).data()


@given(st.binary(max_size=64))
def test_any_bytes_are_an_array_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """There is no third thing."""
    path = tmp_path_factory.mktemp("idx") / "x.idx"
    path.write_bytes(content)
    try:
        data = IDX(path=path).data()
    except ContentError:
        return
    assert len(content) == 4 + 4 * data.ndim + data.nbytes
