"""Gunzip, with Python's own zlib."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option

BLOCK = 1 << 20
"""Bytes read at a time."""


class Gunzip:
    """Expands gzip streams of any number of members (RFC 1952)."""

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Raises:
            ContentError: there is nothing to expand.
        """
        peekable = io.BufferedReader(stream, BLOCK)
        if not peekable.peek(1):
            raise ContentError("an empty file is not a gzip file")
        return gzip.GzipFile(fileobj=peekable, mode="rb")
