"""Lines of a text in UTF-8; a line has its end in it, and bytes that are no UTF-8 stay."""

from __future__ import annotations

from datamaestro.stream.transform import Named

LINES = "lines"


class Filter(Named):
    """Keeps the lines in which a regular expression is found.

    Args:
        pattern: as for :func:`re.search`.
    """

    name = LINES

    def __init__(self, pattern: str) -> None:
        super().__init__(keep=pattern)


class Replace(Named):
    """Replaces what a regular expression finds in each line; lines that get empty are dropped.

    Args:
        pattern: as for :func:`re.sub`.
        replacement: likewise.
    """

    name = LINES

    def __init__(self, pattern: str, replacement: str) -> None:
        super().__init__(pattern=pattern, replacement=replacement)


class Head(Named):
    """Keeps the first lines.

    Args:
        lines: how many.
    """

    name = LINES

    def __init__(self, lines: int) -> None:
        super().__init__(head=lines)
