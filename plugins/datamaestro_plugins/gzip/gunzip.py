"""Gunzip, with Python's own zlib."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option


class Gunzip:
    """Expands gzip streams of any number of members (RFC 1952)."""

    def open(self, stream: BinaryIO, options: Mapping[str, Option]) -> BinaryIO:
        """Return the expanded stream; reading it raises where it is damaged or cut short."""
        return cast("BinaryIO", gzip.GzipFile(fileobj=stream))
