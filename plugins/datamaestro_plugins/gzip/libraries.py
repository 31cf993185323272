"""The libraries that expand a gzip member, and check its CRC-32 and its size."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from datamaestro_hookspecs.streams import ZlibDecompressor

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
    return partial(ZlibDecompressor, zlib, GZIP_FORMAT + zlib.MAX_WBITS)
