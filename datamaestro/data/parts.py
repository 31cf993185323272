"""The data inside a data object: the one walk that naming, checking and encoding share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import fields

from datamaestro.data import Base


def walk(value: object, path: str = "") -> Iterator[tuple[str, Base]]:
    """Iterate over all data in a value, each with the path to it, from the outside in.

    A path is made of names of fields, places in lists and keys of dicts, each after a dot.
    """
    if isinstance(value, Base):
        yield path, value
    for name, item in items_of(value):
        yield from walk(item, f"{path}.{name}")


def items_of(value: object) -> Iterator[tuple[Any, Any]]:
    """Iterate over what is directly inside a value, with its name, place or key."""
    if isinstance(value, Base):
        yield from ((each.name, getattr(value, each.name, None)) for each in fields(type(value)))
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()
