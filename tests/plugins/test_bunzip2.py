"""Bunzip2."""

from __future__ import annotations

import bz2
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.streams import OUTPUT
from datamaestro_plugins import bzip2 as plugin
from datamaestro_plugins.bzip2.bunzip2 import Bunzip2
from support.expanding import assert_refused_or, by_tool, changed, contents, flipped, places


class TestBunzip2(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    pairs = (
        (bz2.compress(b"one line\n" * 1000), b"one line\n" * 1000),
        (bz2.compress(b"first, ") + bz2.compress(b"second"), b"first, second"),
        (bz2.compress(b""), b""),
    )
    damaged = (
        b"no bzip2 stream",
        b"\0" + bz2.compress(b"a"),
        bz2.compress(b"a") + b"b",
        bz2.compress(b"a") + bz2.compress(b"b")[1:],
    )
    wrong_options = ({"trailing": "yes"}, {"level": 9})

    def long(self) -> bytes:
        return bz2.compress(bytes(4 * MEMORY + OUTPUT), 1)


@given(st.lists(contents, min_size=1, max_size=3), st.integers(1, 9), st.integers(0, 20))
def test_what_was_compressed_comes_back(parts: list[bytes], level: int, zeros: int) -> None:
    """Any bytes, in any number of streams, at any level, and with zeros after each."""
    encoded = b"".join(bz2.compress(part, level) + bytes(zeros) for part in parts)
    assert b"".join(parts) == changed(Bunzip2(), encoded)


@pytest.mark.parametrize("level", [1, 9])
def test_what_bzip2_compressed_comes_back(level: int) -> None:
    """The system's program writes streams that are read here, of several blocks each."""
    content = bytes(range(256)) * 8000
    assert content == changed(Bunzip2(), by_tool(content, "bzip2", f"-{level}"))


@given(contents, contents, places)
def test_what_is_cut_short_is_noticed(content: bytes, other: bytes, place: int) -> None:
    """Anywhere but between two streams."""
    first = bz2.compress(content)
    encoded = first + bz2.compress(other)
    cut = encoded[: place % len(encoded)]
    if cut == first:
        assert content == changed(Bunzip2(), cut)
    else:
        with pytest.raises((EOFError, ContentError)):
            changed(Bunzip2(), cut)


@given(contents, places)
def test_what_is_damaged_is_noticed(content: bytes, place: int) -> None:
    """Whatever bit is another: reading raises, or gives the same."""
    encoded = bz2.compress(content) + bz2.compress(b"more")
    assert_refused_or(content + b"more", Bunzip2(), flipped(encoded, place))


def test_other_content_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Where the definition says that it is there."""
    encoded = bz2.compress(b"content") + b"other things"
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert b"content" == changed(Bunzip2(), encoded, trailing=True)
    assert ["12 bytes after the end of a compressed stream are left out"] == caplog.messages
