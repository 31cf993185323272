"""The libraries that expand a gzip member, and check its CRC-32 and its size."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro_hookspecs.streams import Decompressor

GZIP_FORMAT = 16
"""Is added to the size of the window (zlib.h, ``inflateInit2``)."""


def fastest() -> Callable[[], Decompressor]:
    """Return what begins a member, with isal where it is installed, else zlib-ng, else zlib."""
    try:
        isal: Any = import_module("isal.igzip_lib")
    except ImportError:
        pass
    else:
        return partial(isal.IgzipDecompressor, isal.DECOMP_GZIP)
    try:
        zlib = import_module("zlib_ng.zlib_ng")
    except ImportError:
        zlib = import_module("zlib")
    return partial(ZlibMember, zlib)


class ZlibMember:
    """One gzip member.

    Args:
        zlib: Python's zlib, or a module like it.
    """

    def __init__(self, zlib: Any) -> None:
        self._state = zlib.decompressobj(GZIP_FORMAT + zlib.MAX_WBITS)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether its end has been reached, and it was what its trailer says."""
        return bool(self._state.eof)

    @property
    def unused_data(self) -> bytes:
        """What it was given last that is beyond its end."""
        unused: bytes = self._state.unused_data
        return unused

    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes:
        """Return some of what the data expand to; raise where they are damaged."""
        state = self._state
        block: bytes = state.decompress(state.unconsumed_tail or data, max(max_length, 0))
        self.needs_input = not state.unconsumed_tail and len(block) != max_length
        return block
