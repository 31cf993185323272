"""Streams for transformers."""

import io

from hypothesis import given
from hypothesis import strategies as st

from datamaestro_hookspecs.streams import BlockStream


@given(st.lists(st.binary(max_size=20), max_size=10), st.integers(1, 30))
def test_a_stream_of_blocks_is_the_blocks(blocks: list[bytes], size: int) -> None:
    """Whatever their sizes, empty ones too, and whatever is asked for at a time."""
    stream = io.BufferedReader(BlockStream(iter(blocks)), 16)
    found = b"".join(iter(lambda: stream.read(size), b""))
    assert b"".join(blocks) == found
