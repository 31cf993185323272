"""Gunzip, with Python's own zlib."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, BinaryIO, cast

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option

BLOCK = 1 << 20
"""Bytes read at a time."""


class Gunzip:
    """Expands gzip streams of any number of members (RFC 1952)."""

    def open(self, stream: BinaryIO, options: Mapping[str, Option]) -> BinaryIO:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Raises:
            ContentError: there is nothing to expand.
        """
        whole_reads = io.BufferedReader(cast("io.RawIOBase", stream), BLOCK)
        if not whole_reads.peek(1):
            raise ContentError("an empty file is not a gzip file")
        return cast("BinaryIO", gzip.GzipFile(fileobj=whole_reads))
