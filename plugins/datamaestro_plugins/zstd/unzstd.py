"""Unzstd, with Python's own zstd, which is there from Python 3.14 on, or its backport."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from datamaestro_hookspecs.errors import ContentError, DefinitionError, PluginError
from datamaestro_hookspecs.streams import BlockStream, check_options, decompressed

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

    from datamaestro_hookspecs.cards import Option

LIBRARIES = ("compression.zstd", "backports.zstd")

FRAME = b"\x28\xb5\x2f\xfd"

SKIPPED = tuple(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))
"""What frames begin with that hold something else, such as sizes; other formats have them, too."""

WINDOW_LOG = 27
"""The largest window that is accepted where nothing is said, as by ``zstd -d``."""

SMALLEST, LARGEST = 10, 31
"""The windows that the format has and a computer can hold (RFC 8878, 3.1.1.1.2)."""


class Unzstd:
    """Expands zstd frames, of which any number may follow each other (RFC 8878).

    Raises:
        PluginError: there is no library that does it.
    """

    def __init__(self) -> None:
        self._zstd = _library()

    def check(self, options: Mapping[str, Option]) -> None:
        """Look at options before anything is fetched.

        Raises:
            DefinitionError: another option is given, or there is no such window.
        """
        self._read(options)

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        """Return the expanded stream; reading it raises where it is damaged or cut short.

        Args:
            stream: of zstd frames.
            options: ``trailing``, whether something else may follow after them; ``window_log``, the
                largest window that is accepted, as a power of two, in bytes.

        Raises:
            DefinitionError: another option is given, or there is no such window.
        """
        log, trailing = self._read(options), bool(options.get("trailing"))
        return BlockStream(self._expanded(stream, log, trailing=trailing))

    def _read(self, options: Mapping[str, Option]) -> int:
        """Return the largest window that is accepted."""
        check_options("unzstd", options, trailing=bool, window_log=int)
        log = options.get("window_log")
        log = WINDOW_LOG if log is None else log
        if not (isinstance(log, int) and SMALLEST <= log <= LARGEST):
            raise DefinitionError(f"unzstd: window_log is {log}, not {SMALLEST} to {LARGEST}")
        return log

    def _expanded(self, stream: io.BufferedIOBase, log: int, *, trailing: bool) -> Iterator[bytes]:
        limits = {self._zstd.DecompressionParameter.window_log_max: log}
        begin = partial(self._zstd.ZstdDecompressor, options=limits)
        try:
            yield from decompressed(stream, begin, (FRAME, *SKIPPED), trailing=trailing)
        except self._zstd.ZstdError as error:
            if "memory" not in str(error):
                raise
            raise ContentError(
                f"it needs more than {1 << log:,} bytes of memory",
                hint=f"allow it by the option window_log, {log + 1} to {LARGEST}",
            ) from error


def _library() -> Any:
    for name in LIBRARIES:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise PluginError(
        f"nothing can expand zstd: there is no module {' and no module '.join(LIBRARIES)}",
        hint="pip install 'datamaestro[zstd]'",
    )
