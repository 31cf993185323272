"""The data that a type says are inside of its data."""

from __future__ import annotations

from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from attrs import fields, has

from datamaestro.data import Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEEPEST = 4
"""Words of a path, since types may be in themselves."""


@cache
def parts_of(kind: object) -> tuple[str, ...]:
    """Return the paths to all data inside of those of a type, such as ``train.images``.

    What is in lists and dicts only shows when the data are built; and what may be missing, too.

    Args:
        kind: a type of data, or one with arguments; anything else has no parts.
    """
    return tuple(_paths(kind, DEEPEST))


def _paths(kind: Any, left: int) -> Iterator[str]:
    origin = get_origin(kind) or kind
    if left == 0 or not _is_datum(origin) or not has(origin):
        return
    hints, given = _hints(origin), _arguments(kind)
    for each in fields(origin):
        member = _datum(hints.get(each.name), given)
        if member is not None:
            yield each.name
            yield from (f"{each.name}.{path}" for path in _paths(member, left - 1))


def _is_datum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Base)


def _hints(kind: type) -> Mapping[str, Any]:
    """Return the types of fields; none where a name in them means nothing where it stands."""
    try:
        return get_type_hints(kind)
    except Exception:  # noqa: BLE001 - what a stranger has written is evaluated
        return {}


def _arguments(kind: Any) -> dict[Any, Any]:
    """Return what each type variable of a type and its ancestors stands for."""
    origin = get_origin(kind) or kind
    found: dict[Any, Any] = {}
    for base in getattr(origin, "__orig_bases__", ()):
        found |= _arguments(base)
    names = getattr(origin, "__parameters__", ())
    return found | dict(zip(names, get_args(kind), strict=False))


def _datum(hint: Any, given: Mapping[Any, Any]) -> Any:
    """Return the type of data that a hint stands for; None where it is none."""
    if isinstance(hint, TypeVar):
        meant = given.get(hint, hint)
        return _datum(meant.__bound__ if isinstance(meant, TypeVar) else meant, given)
    if _is_datum(get_origin(hint) or hint):
        return hint
    members = [one for one in get_args(hint) if one is not NoneType]
    return _datum(members[0], given) if len(members) == 1 and NoneType in get_args(hint) else None
