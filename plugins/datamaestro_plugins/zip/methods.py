"""Methods of compression, each by its number; all in the form that Python's ``bz2`` has.

Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.4.5 and 5.8.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.streams import ZlibDecompressor

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro_hookspecs.streams import Decompressor
    from datamaestro_plugins.zip.entry import Entry

STORED, DEFLATED, BZIP2, LZMA, XZ = 0, 8, 12, 14, 95

UNSUPPORTED = {
    1: "shrink",
    2: "reduce",
    3: "reduce",
    4: "reduce",
    5: "reduce",
    6: "implode",
    9: "Deflate64",
    10: "PKWARE's implode",
    18: "IBM's TERSE",
    19: "IBM's LZ77",
    20: "zstd",
    93: "zstd",
    94: "MP3",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES encryption",
}

END_MARK = 2
"""The flag that content compressed with LZMA has a mark at its end."""

MEMORY = 1 << 30
"""Bytes that expanding something may take."""


class Checksum(Protocol):
    """A function that continues a CRC-32."""

    def __call__(self, data: bytes, value: int = 0, /) -> int:
        """Return the checksum of what it was of, and of more data."""


class Methods:
    """What expands content, with the fastest libraries that are installed."""

    def __init__(self) -> None:
        self.deflated, self.crc32 = _fastest()

    def begin(self, entry: Entry, first: Callable[[int], bytes]) -> Decompressor:
        """Return what expands the content of a member.

        Args:
            entry: of the member.
            first: reads so many bytes of what is stored.

        Raises:
            ContentError: its method is not supported.
        """
        if entry.method == DEFLATED:
            return self.deflated()
        if entry.method == BZIP2:
            made: Decompressor = import_module("bz2").BZ2Decompressor()
        elif entry.method == XZ:
            lzma = import_module("lzma")
            made = lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY)
        elif entry.method == LZMA:
            made = _lzma(entry, first)
        else:
            name = UNSUPPORTED.get(entry.method, f"method {entry.method}")
            raise ContentError(
                f"{entry.where} is compressed with {name}, which is not supported",
                hint="unpack it with 7-Zip, and take its files from there",
            )
        return made


def _lzma(entry: Entry, first: Callable[[int], bytes]) -> Decompressor:
    """Return what expands LZMA, whose properties come first."""
    head = first(9)
    if len(head) < 9 or head[2:4] != b"\5\0" or head[4] >= 9 * 5 * 5:
        raise ContentError(f"{entry.where} is damaged: it has no LZMA properties")
    lzma = import_module("lzma")
    rest, lc = divmod(head[4], 9)
    pb, lp = divmod(rest, 5)
    # What is larger than the content is never used; it would only be taken from memory.
    window = min(int.from_bytes(head[5:9], "little"), max(entry.size, 1 << 12))
    if window > MEMORY:
        raise ContentError(f"{entry.where} needs {window:,} bytes of memory")
    described = {"id": lzma.FILTER_LZMA1, "dict_size": window, "lc": lc, "lp": lp, "pb": pb}
    made: Decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[described])
    return made


def _fastest() -> tuple[Callable[[], Decompressor], Checksum]:
    """Return what begins deflated content, and a CRC-32: of isal, else zlib-ng, else zlib."""
    try:
        isal: Any = import_module("isal.igzip_lib")
        checksum: Checksum = import_module("isal.isal_zlib").crc32
    except ImportError:
        pass
    else:
        return partial(isal.IgzipDecompressor, isal.DECOMP_DEFLATE), checksum
    try:
        zlib: Any = import_module("zlib_ng.zlib_ng")
    except ImportError:
        zlib = import_module("zlib")
    return partial(ZlibDecompressor, zlib, -zlib.MAX_WBITS), zlib.crc32
