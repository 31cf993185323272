"""The types of described data: the type itself where it is installed, else its nearest ancestors.

A description may be damaged, or somebody may mean harm. So nothing is imported but modules of
packages that add to datamaestro, and nothing is used of them but types of data.
"""

from __future__ import annotations

import keyword
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrs import define, field, fields

from datamaestro.data import UNSET, Base, Generic
from datamaestro.index.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OWN = ("datamaestro", "datamaestro_plugins")


def names_of(kind: type[Base]) -> list[str]:
    """Return a type of data and its ancestors, the nearest first, as ``module:QualifiedName``."""
    ancestors = [one for one in kind.__mro__ if issubclass(one, Base)]
    return [f"{one.__module__}:{one.__qualname__}" for one in ancestors]


def made_of(names: Sequence[str], values: Mapping[str, Any], others: Mapping[str, Any]) -> Base:
    """Return a datum of a type, or of one that stands in, with its name, fields and ancestors.

    Args:
        names: of the type and its ancestors, the nearest first.
        values: of its fields.
        others: what it has besides, where it has no type of its own.

    Raises:
        ValueError, TypeError: there is no such type.
    """
    if not all(isinstance(name, str) for name in (*names, *values, *others)):
        raise TypeError("a name is none")
    kind = type_of(names[0]) if names else None
    if kind is None:
        kind = _standing_in(tuple(names), tuple(values))
    data = _filled(kind, values)
    if isinstance(data, Generic):
        free = [name for name in others if _is_free(name, [kind])]
        vars(data).update({name: others[name] for name in free})
    return data


def type_of(name: str) -> type[Base] | None:
    """Return the type of data of a name; None where it cannot be had, or is something else."""
    module, _, path = name.partition(":")
    if module not in sys.modules and not _may_be_imported(module):
        return None
    try:
        found: Any = sys.modules.get(module) or import_module(module)
        for word in path.split("."):
            found = getattr(found, word)
    except (Exception, SystemExit):  # noqa: BLE001 - a stranger's module may raise anything
        return None
    return found if isinstance(found, type) and issubclass(found, Base) else None


def _may_be_imported(module: str) -> bool:
    """Return whether a module belongs to datamaestro, or to a package with a plugin of it."""
    package, _, _ = module.partition(".")
    return package in _packages() and not module.endswith("__main__")


@cache
def _packages() -> frozenset[str]:
    points = (point for one in installed().distributions.values() for point in one.points)
    return frozenset([*OWN, *(one.value.partition(":")[0].partition(".")[0] for one in points)])


@cache
def _standing_in(names: tuple[str, ...], values: tuple[str, ...]) -> type[Base]:
    """Return a type with a name, those of its ancestors that can be had, and some fields."""
    module, _, path = names[0].partition(":") if names else ("", "", "Base")
    bases = _bases(names[1:])
    known = {one.name for base in bases for one in fields(base)}
    free = [name for name in values if name not in known and _is_free(name, bases)]
    body: dict[str, Any] = {
        "__module__": Base.__module__,
        "__doc__": "Data of a described type.",
        "__reduce__": lambda data: (made_of, (names, _values(data), {})),
    }
    kind: Any = None
    for some in (bases, bases[:1], (Base,)):
        try:
            metaclass: Any = type(some[0])
            kind = metaclass(
                path.rpartition(".")[2] or "Base",
                some,
                {**body, **{name: field(default=UNSET) for name in free}},
            )
            kind = define(kind, slots=False, kw_only=True, eq=False)
            kind.__module__, kind.__qualname__ = module, path
            break
        except (TypeError, ValueError):  # their order does not go together
            continue
    found: type[Base] = kind or Base
    return found


def _values(data: Any) -> dict[str, Any]:
    return {one.name: getattr(data, one.name) for one in fields(type(data))}


def _bases(names: Iterable[str]) -> tuple[type[Base], ...]:
    """Return the types that can be had and made, without those that are ancestors of others."""
    found: list[type[Base]] = []
    for name in names:
        kind = type_of(name)
        abstract = getattr(kind, "__abstractmethods__", ())
        if kind and not abstract and not any(issubclass(one, kind) for one in found):
            found.append(kind)
    return tuple(found) or (Base,)


def _is_free(name: str, bases: Iterable[type]) -> bool:
    """Return whether a text may be the name of a field, and so become part of a program."""
    word = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
    return word and not name.startswith("_") and not any(hasattr(base, name) for base in bases)


def _filled(kind: type[Base], values: Mapping[str, Any]) -> Base:
    """Return a datum with some fields; without calling its type where that refuses them."""
    declared = fields(kind)
    given = {one.alias: values[one.name] for one in declared if one.init and one.name in values}
    try:
        data = kind(**given)
    except Exception:  # noqa: BLE001 - a stranger's type may raise anything
        data = kind.__new__(kind)
        vars(data).update({one.name: values.get(one.name, UNSET) for one in declared})
        return data
    others = {one.name for one in declared if not one.init} & values.keys()
    vars(data).update({name: values[name] for name in others})
    return data
