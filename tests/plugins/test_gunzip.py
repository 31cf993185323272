"""Gunzip, with each library that it can use."""

from __future__ import annotations

import gzip
import logging
import sys
import zlib
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.streams import INPUT, OUTPUT
from datamaestro_hookspecs.transformers import TransformerProtocol
from datamaestro_plugins import gzip as plugin
from datamaestro_plugins.gzip.gunzip import Gunzip
from datamaestro_plugins.gzip.libraries import fastest
from support.expanding import assert_refused_or, by_tool, changed, contents, flipped, places

LIBRARIES = {"isal": "isal.igzip_lib", "zlib_ng": "zlib_ng.zlib_ng", "zlib": "zlib"}
"""From the fastest to the one that is always there, with the module that is used of each."""

libraries = pytest.mark.parametrize("library", LIBRARIES)


def hide(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Let libraries not be there."""
    for name in names:
        patch.setitem(sys.modules, LIBRARIES[name], None)


@cache
def gunzip(library: str) -> Gunzip:
    """Return a transformer that uses a library; skip the test where that is not installed."""
    pytest.importorskip(LIBRARIES[library], reason=f"{library} is not installed")
    with pytest.MonkeyPatch.context() as patch:
        hide(patch, *list(LIBRARIES)[: list(LIBRARIES).index(library)])
        return Gunzip()


def member_with_all_fields(content: bytes) -> bytes:
    """Return a gzip member whose header has each field that RFC 1952 knows, and several blocks."""
    fields = b"\x04\0ab\0\0" + b"a name\0" + b"a comment\0"
    header = b"\x1f\x8b\x08\x1f" + b"TIME" + b"\0\x03" + fields
    header += (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little")
    state = zlib.compressobj(wbits=-15)
    third = len(content) // 3
    parts = [state.compress(content[:third]), state.flush(zlib.Z_FULL_FLUSH)]
    parts += [state.compress(content[third:]), state.flush()]
    trailer = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return header + b"".join(parts) + trailer


CONTENT = b"some words, and some more words, which end here: \0\xff" * 4 + bytes(range(64))


class TestGunzip(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    library = "zlib"
    pairs = (
        (gzip.compress(b"one line\n" * 1000), b"one line\n" * 1000),
        (
            gzip.compress(b"the first member, ") + gzip.compress(b"another"),
            b"the first member, another",
        ),
        (gzip.compress(b""), b""),
        (member_with_all_fields(CONTENT), CONTENT),
    )
    damaged = (
        b"no gzip stream",
        b"\0" + gzip.compress(b"a"),
        gzip.compress(b"a") + b"b",
        gzip.compress(b"a") + gzip.compress(b"b")[2:],
    )
    wrong_options = ({"trailing": 1}, {"level": 9})

    @pytest.fixture(autouse=True)
    def with_library(self) -> None:
        self.transformer: TransformerProtocol = gunzip(self.library)

    def long(self) -> bytes:
        return gzip.compress(bytes(4 * MEMORY + OUTPUT))


class TestGunzipWithIsal(TestGunzip):
    library = "isal"


class TestGunzipWithZlibNG(TestGunzip):
    library = "zlib_ng"


class Fake:
    """A library that was asked for a decompressor."""

    DECOMP_GZIP = 2
    MAX_WBITS = 15

    def __init__(self) -> None:
        self.asked: list[int] = []

    def made(self, how: int) -> Any:
        self.asked.append(how)
        return SimpleNamespace(eof=True)

    IgzipDecompressor = decompressobj = made


@pytest.mark.parametrize("library", ["isal", "zlib_ng"])
def test_the_fastest_library_is_used(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Isal where it is installed, else zlib-ng; both are told to check what gzip has to check."""
    fake = Fake()
    hide(monkeypatch, *list(LIBRARIES)[: list(LIBRARIES).index(library)])
    monkeypatch.setitem(sys.modules, LIBRARIES[library], fake)
    fastest()()
    assert {"isal": [2], "zlib_ng": [31]}[library] == fake.asked


@libraries
def test_a_bit_that_flips_anywhere_is_noticed(library: str) -> None:
    """In the header, in each kind of block, in the check sum and in the size.

    Fields of the header that mean nothing may change; the content is never another.
    """
    transformer = gunzip(library)
    for encoded in (member_with_all_fields(CONTENT), gzip.compress(CONTENT, 0)):
        for place in range(8 * len(encoded)):
            assert_refused_or(CONTENT, transformer, flipped(encoded, place))
        for place in range(8 * (len(encoded) - 8), 8 * len(encoded)):
            with pytest.raises(Exception, match=r"(?i)check|length|-6|-3"):
                changed(transformer, flipped(encoded, place))


@libraries
@given(st.lists(contents, min_size=1, max_size=4), st.integers(0, 9), st.integers(0, 20))
def test_what_was_compressed_comes_back(
    library: str, parts: list[bytes], level: int, zeros: int
) -> None:
    """Any bytes, in any number of members, at any level, and with zeros after each."""
    encoded = b"".join(gzip.compress(part, level) + bytes(zeros) for part in parts)
    assert b"".join(parts) == changed(gunzip(library), encoded)


@libraries
@pytest.mark.parametrize("level", [1, 6, 9])
def test_what_gzip_compressed_comes_back(library: str, level: int) -> None:
    """The system's program writes streams that are read here."""
    content = CONTENT * 5000
    assert content == changed(gunzip(library), by_tool(content, "gzip", f"-{level}"))


@libraries
@given(contents, contents, places)
def test_what_is_cut_short_is_noticed(
    library: str, content: bytes, other: bytes, place: int
) -> None:
    """Anywhere but between two members."""
    first = gzip.compress(content)
    encoded = first + gzip.compress(other)
    cut = encoded[: place % len(encoded)]
    if cut == first:
        assert content == changed(gunzip(library), cut)
    else:
        with pytest.raises((EOFError, ContentError)):
            changed(gunzip(library), cut)


@libraries
@given(contents, places)
def test_what_is_damaged_is_noticed(library: str, content: bytes, place: int) -> None:
    """Whatever bit is another: reading raises, or gives the same."""
    encoded = gzip.compress(content) + gzip.compress(b"more")
    assert_refused_or(content + b"more", gunzip(library), flipped(encoded, place))


@libraries
@pytest.mark.parametrize("size", [OUTPUT - 1, OUTPUT, OUTPUT + 1, 3 * OUTPUT])
def test_sizes_of_blocks_are_nothing_special(library: str, size: int) -> None:
    """What just fills a block, or just does not, is all there."""
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert content == changed(gunzip(library), gzip.compress(content))


@libraries
def test_any_place_may_be_the_last_that_is_read_at_a_time(library: str) -> None:
    """Members, their headers and trailers lie across the blocks in which bytes arrive."""
    member = gzip.compress(b"one member")
    more = len(gzip.compress(bytes(INPUT - 100), 0)) - (INPUT - 100)
    for place in range(len(member) + 1):
        before = bytes(INPUT - more - place)
        encoded = gzip.compress(before, 0) + member
        assert INPUT - place + len(member) == len(encoded)
        assert before + b"one member" == changed(gunzip(library), encoded)


@libraries
def test_other_content_is_left_out_with_a_warning(
    library: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the definition says that it is there."""
    encoded = gzip.compress(b"content") + b"other things"
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert b"content" == changed(gunzip(library), encoded, trailing=True)
    assert ["12 bytes after the end of a compressed stream are left out"] == caplog.messages
    with pytest.raises(ContentError, match="trailing=True"):
        changed(gunzip(library), encoded)


@libraries
@pytest.mark.parametrize("after", [b"\x1f", b"\x1f\x8b\x08", b"\x1f\x8b\x08 other things"])
def test_a_damaged_member_is_no_other_content(library: str, after: bytes) -> None:
    """What begins as a member has to be one, even where other content may follow."""
    with pytest.raises(Exception, match=r"."):
        changed(gunzip(library), gzip.compress(b"content") + after, trailing=True)
