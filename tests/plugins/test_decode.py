"""Text in other encodings."""

from __future__ import annotations

import io
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_plugins import decode as plugin
from datamaestro_plugins.decode.decoding import BLOCK, Decode
from support.expanding import changed

TEXT = "Hello, wörld! 1+1=2 ~{}~\\ \n日本語テキスト 中文 한국어 абв αβγ €\r\n"


class Contract(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    wrong_options = (
        {},
        {"encoding": "no-such-encoding"},
        {"encoding": "hex"},
        {"encoding": "rot13"},
        {"encoding": "punycode"},
        {"encoding": "a\0b"},
        {"encoding": 8},
        {"encoding": "utf-8", "errors": "no-such-thing"},
        {"encoding": "utf-8", "error": "ignore"},
    )


class TestLatin1(Contract):
    options: ClassVar = {"encoding": "latin-1"}
    pairs = ((b"caf\xe9\r\n", "café\r\n".encode()), (b"", b""))

    def cuts(self, encoded: bytes) -> tuple[bytes, ...]:
        return ()

    def long(self) -> bytes:
        return b"caf\xe9" * MEMORY


class TestUTF16(Contract):
    options: ClassVar = {"encoding": "utf-16"}
    pairs = (
        ("é\U0001f600".encode("utf-16"), "é\U0001f600".encode()),
        ("\ufeffé".encode("utf-16-be"), "é".encode()),
        (b"", b""),
    )
    damaged = (b"\xff\xfe\x00\xd8a\x00", b"\xff\xfe\x00")

    def cuts(self, encoded: bytes) -> set[bytes]:
        return {encoded[:1], encoded[:3], encoded[:-1]} - {b""}


class TestUTF8WithMark(Contract):
    options: ClassVar = {"encoding": "UTF_8_sig"}
    pairs = (
        (b"\xef\xbb\xbf\xc3\xa9", "é".encode()),
        (b"\xef\xbb\xbf", b""),
        (b"\xc3\xa9", "é".encode()),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa".encode()),
        (b"", b""),
    )
    damaged = (b"\xef\xbb\xbfa\xff", b"\xef\xbb", b"\xef")

    def cuts(self, encoded: bytes) -> set[bytes]:
        return {encoded[:1], encoded[:2], encoded[:4]} & {b"\xef", b"\xef\xbb", b"\xef\xbb\xbf\xc3"}


class TestShiftJIS(Contract):
    options: ClassVar = {"encoding": "shift_jis"}
    pairs = (("日本".encode("shift_jis"), "日本".encode()), (b"", b""))
    damaged = (b"\x93\xfa\x96", b"\xff")

    def cuts(self, encoded: bytes) -> set[bytes]:
        return {encoded[:1], encoded[:-1]} - {b""}


ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "utf-7",
    "cp1252",
    "koi8-r",
    "big5",
    "gb18030",
    "euc-kr",
    "shift_jis",
    "iso2022_jp",
    "hz",
    "cp037",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(st.integers(1, 9), st.text(max_size=50))
def test_blocks_make_no_difference(encoding: str, block: int, text: str) -> None:
    """Characters, and what switches between sets of them, lie across blocks."""
    encoded = (TEXT + text).encode(encoding, "ignore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datamaestro_plugins.decode.decoding.BLOCK", block)
        try:
            expected = encoded.decode(encoding).encode()
        except UnicodeError:  # some switch is a character, too
            with pytest.raises(UnicodeError):
                changed(Decode(), encoded, encoding=encoding)
        else:
            assert expected == changed(Decode(), encoded, encoding=encoding)


def test_characters_lie_across_large_blocks() -> None:
    """Real blocks end in a character, too."""
    content = b"a" + "é".encode() * BLOCK
    assert content == changed(Decode(), content, encoding="utf-8")


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ("ignore", b"caf"),
        ("replace", "caf\ufffd".encode()),
        ("backslashreplace", b"caf\\xe9"),
        ("surrogateescape", b"caf\xe9"),
    ],
)
def test_what_is_no_character_is_treated_as_the_definition_says(
    errors: str, expected: bytes
) -> None:
    """As Python treats it."""
    assert expected == changed(Decode(), b"caf\xe9", encoding="utf-8", errors=errors)


def test_what_is_no_character_is_refused() -> None:
    """Where the definition says nothing."""
    with pytest.raises(UnicodeDecodeError, match="0xe9"):
        changed(Decode(), b"caf\xe9", encoding="utf-8")


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("nope", "decode: 'nope' is no encoding of text"),
        ("base64", "decode: 'base64' is no encoding of text"),
        ("idna", "decode: 'idna' is for names of hosts"),
    ],
)
def test_a_wrong_encoding_is_named(encoding: str, message: str) -> None:
    """The error is one of the definition, and is found before anything is read."""
    with pytest.raises(DefinitionError, match=message):
        Decode().open(io.BytesIO(b""), {"encoding": encoding})
