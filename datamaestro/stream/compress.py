"""Files that were compressed."""

from __future__ import annotations

from datamaestro.stream.transform import Named
from datamaestro_hookspecs.cards import EXPAND


class Gunzip(Named):
    """Expands what gzip has compressed (RFC 1952).

    Args:
        trailing: whether something else may follow its end; if not, that is an error.
    """

    name = "gunzip"

    def __init__(self, *, trailing: bool | None = None) -> None:
        super().__init__(trailing=trailing)


class Bunzip2(Named):
    """Expands what bzip2 has compressed; ``trailing`` as for :class:`Gunzip`."""

    name = "bunzip2"

    def __init__(self, *, trailing: bool | None = None) -> None:
        super().__init__(trailing=trailing)


class Unxz(Named):
    """Expands what xz or lzma has compressed; ``trailing`` as for :class:`Gunzip`.

    Args:
        trailing: whether something else may follow its end.
        window_log: the most memory that is taken for it, as a power of two, in bytes (30).
    """

    name = "unxz"

    def __init__(self, *, trailing: bool | None = None, window_log: int | None = None) -> None:
        super().__init__(trailing=trailing, window_log=window_log)


class Unzstd(Named):
    """Expands what zstd has compressed (RFC 8878); ``trailing`` as for :class:`Gunzip`.

    Args:
        trailing: whether something else may follow its end.
        window_log: the largest window that is accepted, as a power of two, in bytes (27); it is
            held in memory.
    """

    name = "unzstd"

    def __init__(self, *, trailing: bool | None = None, window_log: int | None = None) -> None:
        super().__init__(trailing=trailing, window_log=window_log)


class Expand(Named):
    """Expands what is compressed, by its suffix or by what it begins with; leaves all else."""

    name = EXPAND

    def __init__(self) -> None:
        super().__init__()
