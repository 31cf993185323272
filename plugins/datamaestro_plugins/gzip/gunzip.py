"""Gunzip, with the fastest library that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.streams import BlockStream, check_options, decompressed
from datamaestro_plugins.gzip.libraries import fastest

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option

MAGIC = b"\x1f\x8b\x08"
"""Of each member: ID1, ID2, and deflate, the only compression method that there is."""


class Gunzip:
    """Expands gzip streams of any number of members (RFC 1952)."""

    def __init__(self) -> None:
        self._begin = fastest()

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: another option is given.
        """
        check_options("gunzip", options, trailing=bool)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Args:
            stream: of gzip members.
            options: ``trailing``, whether something else may follow after them.

        Raises:
            DefinitionError: another option is given.
        """
        self.check(options)
        trailing = bool(options.get("trailing"))
        return BlockStream(decompressed(stream, self._begin, (MAGIC,), trailing=trailing))
