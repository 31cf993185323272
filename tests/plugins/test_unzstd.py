"""Unzstd."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import ContentError, DefinitionError, PluginError
from datamaestro_hookspecs.streams import OUTPUT
from datamaestro_plugins import zstd as plugin
from datamaestro_plugins.zstd.unzstd import Unzstd
from support.expanding import assert_refused_or, by_tool, changed, contents, flipped, places

NEW, BACKPORT = "compression.zstd", "backports.zstd"

library: Any = pytest.importorskip(
    NEW if sys.version_info >= (3, 14) else BACKPORT, reason="no library for zstd is installed"
)


def zstd(content: bytes, **parameters: int) -> bytes:
    """Return a frame, with a check sum as the program ``zstd`` writes it."""
    names = library.CompressionParameter
    given = {getattr(names, name): value for name, value in parameters.items()}
    found: bytes = library.compress(content, options={names.checksum_flag: 1, **given})
    return found


def in_one_go(content: bytes, window_log: int) -> bytes:
    """Return a frame that does not say how long its content is, and so has a window."""
    names = library.CompressionParameter
    state = library.ZstdCompressor(options={names.window_log: window_log})
    found: bytes = state.compress(content) + state.flush()
    return found


def skipped(content: bytes, kind: int = 0) -> bytes:
    """Return a frame whose content is for others."""
    return bytes([0x50 + kind]) + b"\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content


class TestUnzstd(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    pairs = (
        (zstd(b"one line\n" * 1000), b"one line\n" * 1000),
        (zstd(b"first, ") + zstd(b"second"), b"first, second"),
        (skipped(b"for others") + zstd(b"content"), b"content"),
        (zstd(b""), b""),
    )
    damaged = (
        b"no zstd frame",
        b"\0" + zstd(b"a"),
        zstd(b"a") + b"b",
        zstd(b"a") + zstd(b"b")[1:],
        skipped(b"for others") + b"no zstd frame",
    )
    wrong_options = (
        {"trailing": "yes"},
        {"level": 9},
        {"window_log": 9},
        {"window_log": 32},
        {"window_log": True},
    )

    def long(self) -> bytes:
        return zstd(bytes(4 * MEMORY + OUTPUT))


frames = st.lists(
    st.tuples(st.just(False), contents)
    | st.tuples(st.integers(0, 15), st.binary(max_size=20)).map(
        lambda one: (True, skipped(*one[::-1]))
    ),
    min_size=1,
    max_size=5,
)


@given(frames, st.integers(-5, 9), st.integers(0, 20))
def test_what_was_compressed_comes_back(
    parts: list[tuple[bool, bytes]], level: int, zeros: int
) -> None:
    """Any bytes, in any number of frames, with zeros after each, and frames that are skipped."""
    encoded = b"".join(
        part if skips else zstd(part, compression_level=level) + bytes(zeros)
        for skips, part in parts
    )
    assert b"".join(part for skips, part in parts if not skips) == changed(Unzstd(), encoded)


@pytest.mark.parametrize(
    "options", [["-1"], ["-19"], ["--long=27"], ["--no-check"], ["-T2", "-B100000"]]
)
def test_what_zstd_compressed_comes_back(options: list[str]) -> None:
    """The system's program writes frames that are read here."""
    content = bytes(range(256)) * 4000
    encoded = by_tool(content, "zstd", "-q", *options)
    assert encoded.startswith(TestUnzstd.record.magic)
    assert content == changed(Unzstd(), encoded)


def test_what_pzstd_compressed_comes_back() -> None:
    """It writes the sizes of its frames into others, before each."""
    content = bytes(range(256)) * 40000
    encoded = by_tool(content, "pzstd", "-q", "-c")
    assert encoded.startswith(TestUnzstd.record.magic)
    assert content == changed(Unzstd(), encoded)


@given(contents, contents, places)
def test_what_is_cut_short_is_noticed(content: bytes, other: bytes, place: int) -> None:
    """Anywhere but between two frames."""
    first = zstd(content)
    encoded = first + zstd(other)
    cut = encoded[: place % len(encoded)]
    if cut == first:
        assert content == changed(Unzstd(), cut)
    else:
        with pytest.raises((EOFError, ContentError)):
            changed(Unzstd(), cut)


@given(contents, places)
def test_what_is_damaged_is_noticed(content: bytes, place: int) -> None:
    """Whatever bit is another: reading raises, or gives the same."""
    encoded = zstd(content) + zstd(b"more")
    assert_refused_or(content + b"more", Unzstd(), flipped(encoded, place))


def test_other_content_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Where the definition says that it is there."""
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert b"content" == changed(Unzstd(), zstd(b"content") + b"other things", trailing=True)
    assert ["12 bytes after the end of a compressed stream are left out"] == caplog.messages


def test_a_large_window_is_held_only_where_that_is_allowed() -> None:
    """A frame cannot take all the memory; the error names the option that lets it."""
    assert b"content" == changed(Unzstd(), in_one_go(b"content", 27))
    encoded = in_one_go(b"content", 28)
    assert b"content" == changed(Unzstd(), encoded, window_log=28)
    with pytest.raises(ContentError, match=r"134,217,728 bytes of memory .*window_log, 28 to 31"):
        changed(Unzstd(), encoded)
    with pytest.raises(DefinitionError, match="window_log is 0, not 10 to 31"):
        changed(Unzstd(), encoded, window_log=0)


@pytest.mark.parametrize("there", [NEW, BACKPORT])
def test_each_library_serves(there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own from 3.14 on, else its backport."""
    for name in (NEW, BACKPORT):
        monkeypatch.setitem(sys.modules, name, library if name == there else None)
    assert b"content" == changed(Unzstd(), zstd(b"content"))


def test_pythons_own_library_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both are there."""
    monkeypatch.setitem(sys.modules, NEW, library)
    monkeypatch.setitem(sys.modules, BACKPORT, SimpleNamespace())
    assert b"content" == changed(Unzstd(), zstd(b"content"))


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is the command that brings it."""
    for name in (NEW, BACKPORT):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(PluginError, match=r"backports\.zstd.*pip install 'datamaestro\[zstd\]'"):
        Unzstd()
