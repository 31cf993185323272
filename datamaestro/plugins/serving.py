"""What is looked for among records: those that read a type, end a path, or begin some content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro.plugins.manager import Provided
    from datamaestro_hookspecs.transformers import Transformer
    from datamaestro_hookspecs.unpackers import Unpacker

    Serves = Callable[[Provided], bool]


def ancestors(kind: type) -> tuple[str, ...]:
    """Return the dotted paths of a type and its ancestors."""
    return tuple(f"{ancestor.__module__}:{ancestor.__qualname__}" for ancestor in kind.__mro__)


def ends(path: str) -> Serves:
    """Return what looks for a record by suffix."""
    return lambda one: path.lower().endswith(one.record.suffixes)


def begins(head: bytes) -> Serves:
    """Return what looks for a record by magic."""
    return lambda one: head[offset_of(one.record) :].startswith(one.record.magic)


def offset_of(record: Transformer | Unpacker) -> int:
    """Return where a record's magic is."""
    return getattr(record, "offset", 0)


def reads(types: tuple[str, ...], provided: Provided) -> bool:
    """Return whether a record is of a reader of one of some types."""
    return provided.record.type in types


def brings(name: str, provided: Provided) -> bool:
    """Return whether a record is of a dialect that brings a public name."""
    return name in provided.record.names
