"""Texts in other encodings than UTF-8."""

from __future__ import annotations

from datamaestro.stream.transform import Named


class Decode(Named):
    """Turns a text in some encoding into UTF-8, without a byte-order mark.

    Args:
        encoding: as Python names it, such as ``latin-1``, ``utf-16`` or ``shift_jis``.
        errors: what is done about bytes that are none: ``strict`` (an error), ``replace`` …
    """

    name = "decode"

    def __init__(self, encoding: str, errors: str | None = None) -> None:
        super().__init__(encoding=encoding, errors=errors)
