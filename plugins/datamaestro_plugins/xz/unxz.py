"""Unxz, with Python's own lzma."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError, DefinitionError
from datamaestro_hookspecs.streams import BlockStream, check_options, decompressed

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

    from datamaestro_hookspecs.cards import Option

MAGIC = b"\xfd7zXZ\0"

WINDOW_LOG = 30
"""The largest dictionary that is accepted where nothing is said; ``xz -9`` takes 26."""

SMALLEST, LARGEST = 12, 32
"""The dictionaries that the format has (xz-file-format 1.2.1, 5.3.1)."""

BESIDE = 1 << 24
"""Bytes that a decompressor takes beside its dictionary, at most."""


class Unxz:
    """Expands xz streams, of which any number may follow each other, or one of the format lzma.

    Nothing in the format lzma (that of lzma_alone, ``.lzma``) tells of damage for certain.
    """

    def __init__(self) -> None:
        import lzma

        self._lzma = lzma

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: another option is given, or there is no such dictionary.
        """
        self._read(options)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Args:
            stream: of xz streams, or of the format lzma.
            options: ``trailing``, whether something else may follow after them; ``window_log``, the
                largest dictionary that is accepted, as a power of two, in bytes.

        Raises:
            DefinitionError: another option is given, or there is no such dictionary.
        """
        log, trailing = self._read(options), bool(options.get("trailing"))
        return BlockStream(self._expanded(stream, log, trailing=trailing))

    def _read(self, options: Mapping[str, Option]) -> int:
        """Return the largest dictionary that is accepted."""
        check_options("unxz", options, trailing=bool, window_log=int)
        log = options.get("window_log")
        log = WINDOW_LOG if log is None else log
        if not (isinstance(log, int) and SMALLEST <= log <= LARGEST):
            raise DefinitionError(f"unxz: window_log is {log}, not {SMALLEST} to {LARGEST}")
        return log

    def _expanded(self, stream: io.BufferedIOBase, log: int, *, trailing: bool) -> Iterator[bytes]:
        begin = partial(self._lzma.LZMADecompressor, memlimit=(1 << log) + BESIDE)
        try:
            yield from decompressed(stream, begin, (MAGIC,), trailing=trailing)
        except self._lzma.LZMAError as error:
            if "emory" not in str(error):
                raise
            raise ContentError(
                f"it needs more than {1 << log:,} bytes of memory",
                hint=f"allow it by the option window_log, {log + 1} to {LARGEST}",
            ) from error
