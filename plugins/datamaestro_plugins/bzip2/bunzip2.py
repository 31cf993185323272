"""Bunzip2, with Python's own bz2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.streams import BlockStream, check_options, decompressed

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping

    from datamaestro_hookspecs.cards import Option

MAGIC = b"BZh"


class Bunzip2:
    """Expands bzip2 streams, of which any number may follow each other."""

    def __init__(self) -> None:
        import bz2

        self._begin = bz2.BZ2Decompressor

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: another option is given.
        """
        check_options("bunzip2", options, trailing=bool)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Args:
            stream: of bzip2 streams.
            options: ``trailing``, whether something else may follow after them.

        Raises:
            DefinitionError: another option is given.
        """
        self.check(options)
        trailing = bool(options.get("trailing"))
        return BlockStream(decompressed(stream, self._begin, (MAGIC,), trailing=trailing))
