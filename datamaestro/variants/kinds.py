"""Values of axes: what types they are of, and what they are as text."""

from __future__ import annotations

from collections.abc import Collection
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

NULLS = ("null", "none")
"""What stands for None, in any case."""

TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

REFUSALS = (ValueError, TypeError, ArithmeticError, LookupError)
"""What types raise when they are made from something else."""


def _members(declared: Any) -> tuple[Any, ...]:
    return get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)


def kinds_of(declared: Any) -> tuple[type, ...]:
    """Return the classes of a declared type, without None's; none where anything goes.

    >>> kinds_of(float | None)
    (<class 'float'>,)
    """
    found = [get_origin(member) or member for member in _members(declared)]
    return tuple(kind for kind in found if isinstance(kind, type) and kind not in (Any, NoneType))


def label(declared: Any) -> str:
    """Return a declared type as it is shown; empty where there is none.

    >>> label(float | None)
    'float | None'
    """
    if declared is None:
        return ""
    names = [
        "None" if member is NoneType else getattr(member, "__name__", str(member))
        for member in _members(declared)
    ]
    return " | ".join(names)


def plain(value: object) -> str:
    """Return a value as text, without quotes."""
    if value is None:
        return NULLS[0]
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(one: object, other: object) -> bool:
    """Return whether two values are equal; that which is no number is equal to itself, too."""
    return bool(one == other) or (one != one and other != other)


def convert(value: object, kinds: tuple[type, ...]) -> Any:
    """Return a value that was given in Python as one of its axis' types.

    Where there is no type, numbers become text, since that is what a selector would give.

    Raises:
        ValueError: it is none, nor can it be made one without loss.
    """
    if value is None or type(value) in kinds:
        return value
    if not kinds:
        return plain(value) if isinstance(value, int | float) else value
    return read(value, kinds)


def read(value: object, kinds: tuple[type, ...]) -> Any:
    """Return a value, such as the text of a selector, as the first type that takes it.

    Text comes last, since it takes everything.

    Raises:
        ValueError: none does.
    """
    for kind in sorted(kinds, key=lambda kind: kind is str):
        try:
            return _made(kind, value)
        except REFUSALS:
            continue
    if kinds:
        raise ValueError(value)
    return value


def _made(kind: type, value: Any) -> Any:
    if kind is bool:
        return TRUTHS[plain(value).lower()]
    if kind in (int, float):
        return _number(kind, value)
    if isinstance(value, kind) and kind is not str:
        return value
    if _holds_many(kind) or _holds_many(type(value)):
        raise TypeError(value)
    if kind is str:
        return plain(value)
    return getattr(kind, "fromisoformat", kind)(value)


def _holds_many(kind: type) -> bool:
    """Return whether values of a type are collections, which have no text that could be read."""
    return issubclass(kind, Collection) and not issubclass(kind, str)


def _number(kind: type, value: Any) -> Any:
    found = kind(value)
    if not isinstance(value, str) and found != value:
        raise ValueError(value)
    return found
