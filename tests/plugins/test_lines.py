"""Lines of text."""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_plugins import lines as plugin
from datamaestro_plugins.lines.lines import BLOCK, Lines
from support.expanding import changed

TEXT = b"one\ntwo\nthree\n\nfour \xc3\xa9\xff\r\nfive\rsix\x0b\x85\xe2\x80\xa8seven\nlast"


class Contract(TransformerContract):
    record = plugin.datamaestro_transformers()[0]

    def cuts(self, encoded: bytes) -> tuple[bytes, ...]:
        return ()

    def long(self) -> bytes:
        return (b"some word " * 100 + b"\n") * (4 * MEMORY // 1000 + 1)


class TestLines(Contract):
    pairs = ((TEXT, TEXT), (b"", b""), (b"\n", b"\n"), (b"\r\n\r", b"\r\n\r"))
    wrong_options = (
        {"keep": "("},
        {"drop": "*"},
        {"drop": "a{99999999999999999999}"},
        {"keep": 1},
        {"pattern": "[", "replacement": ""},
        {"pattern": "a", "replacement": r"\1"},
        {"pattern": "a", "replacement": r"\g<name>"},
        {"pattern": "a"},
        {"replacement": "a"},
        {"head": -1},
        {"head": "1"},
        {"head": True},
        {"tail": 1},
    )


class TestFilter(Contract):
    options: ClassVar = {"keep": "w", "drop": "three"}
    pairs = ((b"words\nno\n", b"words\n"), (b"w three\nw", b"w"), (b"", b""))


class TestReplace(Contract):
    options: ClassVar = {"pattern": r"(\w+) (\w+)", "replacement": r"\2 \1"}
    pairs = ((b"one two\nthree\n", b"two one\nthree\n"), (b"", b""))

    def long(self) -> bytes:
        return (b"two words" + b"." * 990 + b"\n") * (4 * MEMORY // 1000 + 1)


class TestHead(Contract):
    options: ClassVar = {"head": 2}
    pairs = ((b"one\ntwo\nthree\n", b"one\ntwo\n"), (b"one", b"one"), (b"", b""))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, TEXT),
        ({"keep": None, "head": None}, TEXT),
        ({"keep": "^t"}, b"two\nthree\n"),
        ({"keep": "t$"}, b"last"),
        ({"keep": "^\n"}, b"\n"),
        ({"keep": "\udcff"}, b"four \xc3\xa9\xff\r\n"),
        ({"keep": "é"}, b"four \xc3\xa9\xff\r\n"),
        ({"keep": "seven"}, b"five\rsix\x0b\x85\xe2\x80\xa8seven\n"),
        ({"keep": "\n\\Z", "drop": "e"}, b"two\n\nfour \xc3\xa9\xff\r\n"),
        ({"drop": "[^\n]"}, b"\n"),
        ({"drop": ""}, b""),
        ({"head": 2}, b"one\ntwo\n"),
        ({"head": 0}, b""),
        ({"keep": "t", "head": 1}, b"two\n"),
        ({"keep": "t", "pattern": "(?s)t.*", "replacement": ""}, b"las"),
        ({"pattern": "\n", "replacement": ""}, TEXT.replace(b"\n", b"")),
        ({"keep": "o", "pattern": "o", "replacement": r"[\g<0>]", "head": 1}, b"[o]ne\n"),
    ],
)
def test_lines_are_kept_dropped_and_changed(options: dict[str, Any], expected: bytes) -> None:
    r"""A line ends with ``\n`` and with nothing else; its end is a part of it."""
    assert expected == changed(Lines(), TEXT, **options)


def one_by_one(content: bytes, options: dict[str, Any]) -> bytes:
    """Return what becomes of lines, in the plainest way."""
    lines = (line.decode("utf-8", "surrogateescape") for line in io.BytesIO(content))
    if "keep" in options:
        lines = (line for line in lines if re.search(options["keep"], line))
    if "drop" in options:
        lines = (line for line in lines if not re.search(options["drop"], line))
    if "pattern" in options:
        lines = (re.sub(options["pattern"], options["replacement"], line) for line in lines)
        lines = (line for line in lines if line)
    return "".join(islice(lines, options.get("head"))).encode("utf-8", "surrogateescape")


contents = st.binary(max_size=200) | st.text("ab\n\r\u2028é", max_size=200).map(str.encode)
patterns = st.sampled_from(["a", "^a", "b$", r"\n", r"\s", "[^a]", r"a\Z", "(?m)^b", r"\bé", "."])
tasks = st.fixed_dictionaries(
    {}, optional={"keep": patterns, "drop": patterns, "head": st.integers(0, 5)}
) | st.fixed_dictionaries(
    {"pattern": patterns, "replacement": st.sampled_from(["", "x", r"\g<0>\g<0>", "\n"])},
    optional={"keep": patterns, "head": st.integers(0, 5)},
)


@given(contents, tasks, st.sampled_from([1, 2, 3, 7, 64]))
@example(b"a" * 10 + b"\n", {"keep": "a"}, 3)
def test_blocks_make_no_difference(content: bytes, options: dict[str, Any], block: int) -> None:
    """Lines are what they are one by one, however many come at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datamaestro_plugins.lines.lines.BLOCK", block)
        assert one_by_one(content, options) == changed(Lines(), content, **options)


@given(st.binary(max_size=500))
def test_bytes_that_are_no_text_stay_what_they_are(content: bytes) -> None:
    """Nothing is lost, whatever the lines are made of."""
    assert content == changed(Lines(), content)


def test_a_line_may_be_longer_than_a_block() -> None:
    """It is one line all the same."""
    line = b"a" * (3 * BLOCK) + b"b"
    content = b"first\n" + line + b"\nlast"
    assert line + b"\n" == changed(Lines(), content, keep="ab")


def test_what_comes_after_the_last_line_asked_for_is_not_read() -> None:
    """The stream ends; whoever reads the rest need not wait."""
    stream = io.BytesIO(b"line\n" * BLOCK)
    found = Lines().open(stream, {"head": 3}).read()
    assert b"line\n" * 3 == found
    assert BLOCK == stream.tell()


def test_a_bad_pattern_is_named() -> None:
    """The error is one of the definition, and is found before anything is read."""
    with pytest.raises(DefinitionError, match=r"lines: '\(a' is no regular expression: missing \)"):
        Lines().open(io.BytesIO(b""), {"keep": "(a"})
