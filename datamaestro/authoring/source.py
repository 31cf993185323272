"""Python source text, in the form that ``ruff format`` leaves as it is, whatever stands in it.

Texts come from strangers. What a reader might take for something else (quotes, control characters,
letters that look like others, such as Greek and Cyrillic ones) is written as an escape; Latin,
Chinese, Japanese and Korean stand as they are.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 88
"""Columns of a line, in the narrower of the usual styles."""

INDENT = "    "

PLAIN = re.compile(r"[ !#-\[\]-~À-ÖØ-öø-İぁ-ゖァ-ネハ-ヺ一-丵丷-丽乀-鿿가-힣]")
"""Characters that stand as they are, besides the quotation mark that is not around them."""


SURROGATES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which may stand in strings, but in no docstring."""


def quoted(text: str) -> str:
    """Return a literal of a text, on one line.

    >>> print(quoted("it's"), quoted('"so"'))
    "it's" '"so"'
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_literal(character, quote) for character in text) + quote


def docstring(name: str, description: str = "") -> Iterator[str]:
    """Iterate over the lines of the docstring of a definition.

    Args:
        name: one line.
        description: paragraphs, whose lines are broken anew.
    """
    paragraphs = [
        textwrap.wrap(_escaped(paragraph), WIDTH - len(INDENT), break_long_words=False)
        for paragraph in re.split(r"\n\s*\n", description)
        if paragraph.strip()
    ]
    closing = "" if paragraphs else '"""'
    yield f'"""{_escaped(name)}{closing}'
    for paragraph in paragraphs:
        yield ""
        yield from paragraph
    if paragraphs:
        yield '"""'


def docstring_fits(name: str) -> bool:
    """Return whether a name fits the first line of a docstring."""
    return _width(_escaped(name)) <= WIDTH - len(INDENT) - len('""""""')


def call(head: str, arguments: Sequence[str], tail: str = ")") -> Iterator[str]:
    """Iterate over the lines of a call: one where it fits, else one for each argument.

    Args:
        head: all before the arguments, with the parenthesis.
        arguments: as they are written.
        tail: all after them.
    """
    line = f"{head}{', '.join(arguments)}{tail}"
    if _width(line) <= WIDTH - 2 * len(INDENT):
        yield line
    else:
        yield head
        yield from (f"{INDENT}{argument}," for argument in arguments)
        yield tail


def indented(lines: Iterator[str]) -> Iterator[str]:
    """Iterate over lines that stand one level deeper."""
    return (f"{INDENT}{line}".rstrip() for line in lines)


def _literal(character: str, quote: str) -> str:
    if character == quote or character == "\\":
        return f"\\{character}"
    return character if character in "\"'" or PLAIN.match(character) else _escape(character)


def _escaped(text: str) -> str:
    """Return a text on one line, as it stands in a docstring."""
    text = SURROGATES.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    return "".join(one if PLAIN.match(one) else _escape(one) for one in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def _width(line: str) -> int:
    return sum(1 + (east_asian_width(character) in "WF") for character in line)
