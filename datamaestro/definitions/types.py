"""What a type of data is called on a card."""

from __future__ import annotations

from datamaestro.data import Base
from datamaestro.plugins.registry import dialects_in_use


def types_of(kind: type) -> tuple[str, ...]:
    """Return a type of data and its ancestors, as a card has them, and their names in dialects."""
    ancestors = [ancestor for ancestor in kind.__mro__ if issubclass(ancestor, Base)]
    named = [f"{ancestor.__module__}:{ancestor.__qualname__}" for ancestor in ancestors]
    for dialect in dialects_in_use():
        for ancestor in ancestors:
            named += dialect.identifiers(ancestor)
    return tuple(dict.fromkeys(named))
