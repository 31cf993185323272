"""Texts for a person: laid out in lines that fit the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.cli.table import columns, harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST, MOST = 16, 100
"""Columns that a text is given however narrow the terminal is, and that are read with ease."""

BULLETS = ("-", "*", "•", "+")


def paragraphs(text: str, width: int | None, *, verbatim: bool = False) -> Iterator[str]:
    """Iterate over the lines of a text.

    Args:
        text: its lines are joined to paragraphs, but not those of lists, or that are indented.
        width: of the terminal; None: there is none, and lines are left as they are.
        verbatim: whether no lines are joined.
    """
    for block in _blocks(text, apart=verbatim or width is None):
        indent = " " * (len(block) - len(block.lstrip(" ")))
        yield from wrapped(block, width and min(width, MOST), first=indent, others=indent)


def wrapped(text: str, width: int | None, first: str = "", others: str = "") -> Iterator[str]:
    """Iterate over the lines of a paragraph.

    Args:
        text: which is shown harmlessly.
        width: of the terminal; None: there is none, and it is one line.
        first: what stands before it on its first line.
        others: what stands before it on the others.
    """
    line = first
    room = None if width is None else max(width, columns(others) + LEAST)
    is_new = True
    for word in _words(harmless(text), room and room - columns(others)):
        if room and not is_new and columns(line) + 1 + columns(word) > room:
            yield line
            line, is_new = others, True
        line += word if is_new else f" {word}"
        is_new = False
    yield line


def _words(line: str, room: int | None) -> Iterator[str]:
    """Iterate over words, those that are too long in pieces."""
    for word in line.split(" "):
        rest = word
        while room and columns(rest) > room:
            length = next(end for end in range(1, len(rest)) if columns(rest[: end + 1]) > room)
            yield rest[:length]
            rest = rest[length:]
        yield rest


def _is_item(line: str) -> bool:
    """Return whether a line begins an item of a list, such as ``- this`` or ``1. this``."""
    mark, gap, _ = line.partition(" ")
    return bool(gap) and (mark in BULLETS or (mark[-1:] in (".", ")") and mark[:-1].isdecimal()))


def _blocks(text: str, *, apart: bool) -> Iterator[str]:
    """Iterate over paragraphs, items and lines that stand for themselves; empty ones between."""
    block = ""
    for line in text.expandtabs().strip("\n").splitlines():
        begins = apart or not line.strip() or line[:1] == " " or _is_item(line)
        if begins and block:
            yield block
            block = ""
        if not line.strip():
            yield ""
        else:
            block = f"{block} {line}" if block else line
    if block:
        yield block
