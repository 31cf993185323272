"""What a search asks of the disk; a module of its own, as nothing else of it is ever imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Disk(Protocol):
    """What is downloaded."""

    def recorded(self) -> Iterable[tuple[str, str]]:
        """Return the repositories and ids of which something is."""

    def has(self, document: str) -> bool:
        """Return whether all of a data set is, given its card as JSON."""
