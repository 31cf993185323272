"""Figures in words."""

from __future__ import annotations

UNITS = (("TB", 1e12, 3), ("GB", 1e9, 2), ("MB", 1e6, 1), ("kB", 1e3, 1))
"""Units above the byte: how many bytes, and the decimals that are shown."""


def printable(text: str) -> str:
    r"""Return a text, which may be a stranger's, as one line that does nothing to a terminal.

    >>> printable("a\n\x1b[31mred")
    'a\\n\\x1b[31mred'
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def amount(count: float, total: int | None = None) -> str:
    """Return bytes in words, such as ``12.3 MB`` or ``12.3 of 55.0 MB``."""
    numbers = [count] if total is None else [count, total]
    unit, size, decimals = next(
        (each for each in UNITS if each[1] <= max(numbers)), ("bytes", 1.0, 0)
    )
    return f"{' of '.join(f'{number / size:,.{decimals}f}' for number in numbers)} {unit}"


def duration(seconds: float) -> str:
    """Return a time in words, such as ``40 s``, ``12 min`` or ``3 h 20 min``."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def files(count: int) -> str:
    """Return a number of files in words."""
    return "1 file" if count == 1 else f"{count:,} files"


def files_and_folders(number: int, folders: int) -> str:
    """Return a number of files and one of folders in words; of folders only where there are any."""
    if not folders:
        return files(number)
    and_folders = "1 folder" if folders == 1 else f"{folders:,} folders"
    return f"{files(number)} and {and_folders}" if number else and_folders
