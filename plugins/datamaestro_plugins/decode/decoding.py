"""Text in any encoding that Python knows, turned into UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.streams import BlockStream, check_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from datamaestro_hookspecs.cards import Option

BLOCK = 1 << 18
"""Bytes that are decoded at a time."""

AT_ONCE = ("idna", "punycode")
"""Encodings of names of hosts, which are decoded at once or not at all."""

SIGNED = "utf-8-sig"
"""UTF-8 after a mark; Python's own decoder takes a mark that is cut short for none."""

ESCAPE = "surrogateescape"
"""What is done about bytes that are none of the encoding so that they come out as they are."""


class Decode:
    """Text in some encoding, turned into UTF-8, without a byte-order mark."""

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: there is no such encoding of text, or nothing of that name to be done.
        """
        _read(options)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the text in UTF-8; reading raises where the bytes are none of the encoding.

        Args:
            stream: of text; a mark at its beginning is left out where the encoding has one
                (``utf-8-sig``, ``utf-16``, ``utf-32``).
            options: ``encoding``, as Python names it; ``errors``, what is done about bytes that are
                none of it, ``strict`` where nothing is said.

        Raises:
            DefinitionError: there is no such encoding of text, or nothing of that name to be done.
        """
        name, errors = _read(options)
        mark = codecs.BOM_UTF8 if name == SIGNED else b""
        begin = codecs.getincrementaldecoder("utf-8" if mark else name)
        return BlockStream(_decoded(stream, mark, begin(errors).decode, errors))


def _read(options: Mapping[str, Option]) -> tuple[str, str]:
    """Return Python's own name of the encoding, and what is done about errors."""
    check_options("decode", options, encoding=str, errors=str)
    encoding, errors = options.get("encoding"), str(options.get("errors") or "strict")
    if encoding is None:
        raise DefinitionError("decode: no encoding is given", hint='encoding="latin-1"')
    return _checked(str(encoding), errors), errors


def _checked(encoding: str, errors: str) -> str:
    """Return Python's own name of an encoding."""
    try:
        with io.TextIOWrapper(io.BytesIO(), encoding):  # what is no encoding of text is refused
            name = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise DefinitionError(
            f"decode: {encoding!r} is no encoding of text that Python knows",
            hint="see docs.python.org/3/library/codecs",
        ) from error
    if name in AT_ONCE:
        raise DefinitionError(f"decode: {encoding!r} is for names of hosts, not for texts")
    try:
        codecs.lookup_error(errors)
    except (LookupError, ValueError) as error:
        raise DefinitionError(
            f"decode: there are no errors={errors!r}", hint="strict, replace, ignore …"
        ) from error
    return name


def _decoded(
    stream: io.BufferedIOBase, mark: bytes, decode: Callable[[bytes, bool], str], errors: str
) -> Iterator[bytes]:
    """Yield the text in UTF-8, block by block."""
    back = ESCAPE if errors == ESCAPE else "strict"
    begun = stream.read(len(mark))
    if begun != mark:
        yield decode(begun, False).encode("utf-8", back)
    while data := stream.read(BLOCK):
        yield decode(data, False).encode("utf-8", back)
    yield decode(b"", True).encode("utf-8", back)
