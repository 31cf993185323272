"""What a type of data is called on a card."""

from __future__ import annotations

from datamaestro.data import Base
from datamaestro.plugins.registry import dialects_in_use


def types_of(kind: type) -> tuple[str, ...]:
    """Return a type of data and its ancestors, as a card has them."""
    return tuple(f"{ancestor.__module__}:{ancestor.__qualname__}" for ancestor in _ancestors(kind))


def identifiers_of(kind: type) -> tuple[str, ...]:
    """Return what a type of data and its ancestors are called in dialects."""
    return tuple(
        identifier
        for dialect in dialects_in_use()
        for ancestor in _ancestors(kind)
        for identifier in dialect.identifiers(ancestor)
    )


def _ancestors(kind: type) -> list[type]:
    return [ancestor for ancestor in kind.__mro__ if issubclass(ancestor, Base)]
