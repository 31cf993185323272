"""Type hints of fields, taken apart."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Annotated, Any, TypeVar

from datamaestro.data import Base

LISTS = (list, tuple, set, frozenset, Sequence, Set)
"""What experimaestro is given as a list."""

MAPPINGS = (dict, Mapping)


def without_annotation(hint: Any) -> Any:
    """Return the ``T`` of ``Param[T]``; any other hint as it is."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint


def arms(hint: Any) -> tuple[Any, ...]:
    """Return the types of a union; of no union, but the type itself."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)


def only_arm(hint: Any) -> Any:
    """Return the ``T`` of ``Optional[T]``; None for any other hint, also of a larger union."""
    found = arms(hint)
    others = [arm for arm in found if arm is not type(None)]
    return others[0] if len(found) == 2 and len(others) == 1 else None


def is_optional(hint: Any) -> bool:
    """Return whether None is a value."""
    return type(None) in arms(hint)


def origin_of(hint: Any) -> Any:
    """Return the class of a hint, without its parameters."""
    return typing.get_origin(hint) or hint


def parts(hint: Any) -> Iterator[Any]:
    """Iterate over a hint and all that is in it."""
    yield hint
    for inner in typing.get_args(hint):
        yield from parts(inner)


def holds(hint: Any, what: type) -> bool:
    """Return whether there is a type, or a subclass of it, somewhere in a hint."""
    return any(isinstance(part, type) and issubclass(part, what) for part in parts(hint))


def holds_path(hint: Any) -> bool:
    """Return whether there is a path somewhere in a hint, which differs between computers."""
    return holds(hint, Path)


def data_type(hint: Any) -> type[Base] | None:
    """Return the type of data that a hint names; None if it names none.

    That of ``Supervised[A, B, C]`` is ``Supervised``; that of a type variable is its bound.
    """
    if isinstance(hint, TypeVar):
        return data_type(hint.__bound__)
    found = origin_of(hint)
    return found if isinstance(found, type) and issubclass(found, Base) else None
