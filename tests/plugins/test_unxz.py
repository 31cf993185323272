"""Unxz."""

from __future__ import annotations

import logging
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import ContentError, DefinitionError
from datamaestro_hookspecs.streams import OUTPUT
from datamaestro_plugins import xz as plugin
from datamaestro_plugins.xz.unxz import Unxz
from support.expanding import assert_refused_or, by_tool, changed, contents, flipped, places

checks = st.sampled_from([lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256])


def xz(content: bytes, check: int = -1, dictionary: int = 1 << 16) -> bytes:
    """Return an xz stream."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": dictionary}]
    return lzma.compress(content, check=check, filters=filters)


def alone(content: bytes) -> bytes:
    """Return a stream of the format lzma, which ends with a mark."""
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 1 << 16}]
    return lzma.compress(content, lzma.FORMAT_ALONE, filters=filters)


class TestUnxz(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    pairs = (
        (xz(b"one line\n" * 1000), b"one line\n" * 1000),
        (xz(b"first, ") + xz(b"the second"), b"first, the second"),
        (xz(b""), b""),
        (alone(b"one line\n" * 1000), b"one line\n" * 1000),
        (alone(b""), b""),
    )
    damaged = (
        b"no xz stream",
        b"\0" + xz(b"a"),
        xz(b"a") + b"b",
        alone(b"a") + b"b",
        xz(b"a") + xz(b"b")[1:],
    )
    wrong_options = (
        {"trailing": "yes"},
        {"level": 9},
        {"window_log": 11},
        {"window_log": 33},
        {"window_log": "30"},
    )

    def long(self) -> bytes:
        return xz(bytes(4 * MEMORY + OUTPUT))


@given(st.lists(contents, min_size=1, max_size=3), checks, st.integers(0, 5))
def test_what_was_compressed_comes_back(parts: list[bytes], check: int, padding: int) -> None:
    """Any bytes, in any number of streams, with any check, and with padding after each."""
    encoded = b"".join(xz(part, check) + bytes(4 * padding) for part in parts)
    assert b"".join(parts) == changed(Unxz(), encoded)


@given(contents)
def test_the_format_lzma_is_known_by_what_is_in_it(content: bytes) -> None:
    """Whatever its suffix is."""
    assert content == changed(Unxz(), alone(content))


@pytest.mark.parametrize(
    "options",
    [
        ["-0"],
        ["-9"],
        ["--format=lzma"],
        ["--format=lzma", "-0"],
        ["--check=none"],
        ["--block-size=100000", "-T2"],
    ],
)
def test_what_xz_compressed_comes_back(options: list[str]) -> None:
    """The system's program writes streams that are read here, of several blocks too."""
    content = bytes(range(256)) * 4000
    encoded = by_tool(content, "xz", *options)
    assert encoded.startswith(TestUnxz.record.magic)
    assert content == changed(Unxz(), encoded)


@given(contents, contents, places)
def test_what_is_cut_short_is_noticed(content: bytes, other: bytes, place: int) -> None:
    """Anywhere but between two streams."""
    first = xz(content)
    encoded = first + xz(other)
    cut = encoded[: place % len(encoded)]
    if cut == first:
        assert content == changed(Unxz(), cut)
    else:
        with pytest.raises((EOFError, ContentError, lzma.LZMAError)):
            changed(Unxz(), cut)


@given(contents, places)
def test_what_is_cut_short_is_noticed_in_the_format_lzma_too(content: bytes, place: int) -> None:
    """Where its end is marked."""
    encoded = alone(content)
    assert_refused_or(content, Unxz(), encoded[: place % len(encoded)])


@given(contents, checks, places)
def test_what_is_damaged_is_noticed(content: bytes, check: int, place: int) -> None:
    """Whatever bit is another: reading raises, or gives the same."""
    encoded = xz(content, check) + xz(b"more", check)
    assert_refused_or(content + b"more", Unxz(), flipped(encoded, place))


def test_other_content_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Where the definition says that it is there."""
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert b"content" == changed(Unxz(), xz(b"content") + b"other things", trailing=True)
    assert ["12 bytes after the end of a compressed stream are left out"] == caplog.messages


def test_a_large_dictionary_is_held_only_where_that_is_allowed() -> None:
    """A stream cannot take all the memory; the error names the option that lets it."""
    encoded = xz(b"content", dictionary=1 << 26)
    assert b"content" == changed(Unxz(), encoded)
    assert b"content" == changed(Unxz(), encoded, window_log=26)
    with pytest.raises(ContentError, match=r"33,554,432 bytes of memory .*window_log, 26 to 32"):
        changed(Unxz(), encoded, window_log=25)
    with pytest.raises(DefinitionError, match="window_log is 0, not 12 to 32"):
        changed(Unxz(), encoded, window_log=0)
