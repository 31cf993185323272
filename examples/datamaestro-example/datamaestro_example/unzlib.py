"""Zlib streams (RFC 1950), such as ``pigz --zlib`` writes into ``.zz`` files."""

import io
import zlib
from collections.abc import Iterator

from datamaestro_hookspecs.streams import BlockStream

BLOCK = 1 << 20


class Unzlib:
    """Expands a zlib stream; takes no options."""

    def open(self, stream: io.BufferedIOBase, options: object) -> BlockStream:
        """Return the expanded stream; reading it raises where it is damaged or cut short."""
        return BlockStream(expanded(stream))


def expanded(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield what a zlib stream expands to, in blocks of bounded size."""
    state = zlib.decompressobj()
    while not state.eof:
        given = state.unconsumed_tail or stream.read(BLOCK)
        block = state.decompress(given, BLOCK)
        if not given and not block:
            raise EOFError("the zlib stream ends too early")
        yield block
