"""Where a resource may be, below the folder of its data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = "."
"""The path of a resource that is the data set's folder itself."""

NOWHERE = ""
"""The path of a resource that has no file here: another data set, or what a program fetches."""

_ELSEWHERE = frozenset(("", ".", ".."))


def is_inside(path: str) -> bool:
    """Return whether a relative path with forward slashes stays below where it begins."""
    return "\0" not in path and _ELSEWHERE.isdisjoint(path.split("/"))


def folders_above(path: str) -> Iterator[str]:
    """Iterate over the folders that a relative path is in, the innermost first.

    >>> list(folders_above("a/b/c"))
    ['a/b', 'a']
    """
    while path := path.rpartition("/")[0]:
        yield path
