"""Lines of text that are kept, dropped and changed by regular expressions.

What is done to a line is composed of iterators that are written in C, for a file may have more
lines than Python can make calls.
"""

from __future__ import annotations

import io
import re
from functools import partial
from itertools import filterfalse, islice
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.streams import BlockStream, check_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from datamaestro_hookspecs.cards import Option

    Change = Callable[[Iterable[str]], Iterable[str]]

BLOCK = 1 << 18
"""Bytes whose lines are worked on at a time; more where one line has more."""

ENCODING, ERRORS = "utf-8", "surrogateescape"
"""Bytes that are no UTF-8 become characters that stand for them, and become bytes again."""


class Lines:
    r"""Lines of UTF-8, each with the ``\n`` that ends it; the last one may have none."""

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: another option is given, or what is given is no regular expression.
        """
        _read(options)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the lines that are left, as they are then; ends with the last that is asked for.

        Args:
            stream: of UTF-8; bytes that are none come out as they are.
            options: what is done, in this order: ``keep``, a regular expression, keeps the lines in
                which it is found; ``drop``, another, drops those in which it is found;
                ``pattern``, another, is replaced by ``replacement``, as :func:`re.sub` does,
                and lines that get empty are dropped; ``head`` is the number of lines that are
                kept then.

        Raises:
            DefinitionError: another option is given, or what is given is no regular expression.
        """
        changes, head = _read(options)
        blocks = _blocks(stream)
        if head is None:
            return BlockStream(_changed(blocks, changes))
        return BlockStream(_first(blocks, changes, head))


def _read(options: Mapping[str, Option]) -> tuple[list[Change], int | None]:
    """Return what is done to the lines, and how many are kept then."""
    check_options("lines", options, keep=str, drop=str, pattern=str, replacement=str, head=int)
    head = options.get("head")
    if isinstance(head, int) and head < 0:
        raise DefinitionError(f"lines: head is {head}, less than none")
    return list(_changes(options)), head if isinstance(head, int) else None


def _changes(options: Mapping[str, Option]) -> Iterator[Change]:
    """Yield what is done to the lines."""
    if (keep := options.get("keep")) is not None:
        yield partial(filter, _compiled(keep).search)
    if (drop := options.get("drop")) is not None:
        yield partial(filterfalse, _compiled(drop).search)
    pattern, replacement = options.get("pattern"), options.get("replacement")
    if (pattern is None) != (replacement is None):
        raise DefinitionError("lines: pattern and replacement need each other")
    if pattern is not None:
        replace = partial(_compiled(pattern).sub, _checked(replacement, pattern))
        yield lambda lines: filter(None, map(replace, lines))


def _compiled(pattern: Option) -> re.Pattern[str]:
    try:
        return re.compile(str(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise DefinitionError(
            f"lines: {pattern!r} is no regular expression: {error}",
            hint="see docs.python.org/3/library/re",
        ) from error


def _checked(replacement: Option, pattern: Option) -> str:
    try:
        _compiled(pattern).sub(str(replacement), "")
    except (re.error, IndexError) as error:
        raise DefinitionError(
            f"lines: {replacement!r} cannot replace {pattern!r}: {error}",
            hint="see docs.python.org/3/library/re",
        ) from error
    return str(replacement)


def _changed(blocks: Iterable[bytes], changes: list[Change]) -> Iterator[bytes]:
    """Yield the lines that are left."""
    for block in blocks:
        yield _joined(_lines(block, changes))


def _first(blocks: Iterator[bytes], changes: list[Change], head: int) -> Iterator[bytes]:
    """Yield the first of the lines that are left."""
    while head and (block := next(blocks, None)):
        lines = list(islice(_lines(block, changes), head))
        head -= len(lines)
        yield _joined(lines)


def _lines(block: bytes, changes: list[Change]) -> Iterable[str]:
    lines: Iterable[str] = io.TextIOWrapper(io.BytesIO(block), ENCODING, ERRORS, newline="\n")
    for change in changes:
        lines = change(lines)
    return lines


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode(ENCODING, ERRORS)


def _blocks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield what is read in blocks of whole lines."""
    begun: list[bytes] = []
    while data := stream.read(BLOCK):
        end = data.rfind(b"\n") + 1
        if end:
            yield b"".join([*begun, data[:end]])
            begun = []
        if end < len(data):
            begun.append(data[end:])
    yield b"".join(begun)
