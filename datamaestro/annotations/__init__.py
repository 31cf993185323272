"""Annotations: what stands above a definition, or above a type of data, in any order.

An annotation below ``@dataset`` meets a bare function or class, and waits there.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro_hookspecs.cards import Terms

T = TypeVar("T")

WAITING = "__datamaestro__"
"""Where a bare function or class keeps what has been said of it."""

DATASET = "__dataset__"
"""Where a class keeps the data set that ``@dataset`` made of it."""


@define
class Said:
    """What annotations have said about one function or class.

    Args:
        tags: of it.
        tasks: of it.
        resources: that stand as decorators above it, by name.
        terms: that a user has to accept.
        hooks: functions that are given the data set, by when they are called.
    """

    tags: set[str] = field(factory=set)
    tasks: set[str] = field(factory=set)
    resources: OrderedDict[str, Any] = field(factory=OrderedDict)
    terms: list[Terms] = field(factory=list)
    hooks: dict[str, list[Callable[[Any], object]]] = field(factory=dict)


def said_of(target: Any) -> Said:
    """Return what has been said of a function, a class or a data set, to be added to."""
    target = vars(target).get(DATASET, target)
    said = vars(target).get("said") or vars(target).get(WAITING)
    if not isinstance(said, Said):
        said = Said()
        setattr(target, WAITING, said)
    return said


def inherited(kind: type, what: Callable[[Said], set[str]]) -> set[str]:
    """Return what has been said of a type and its ancestors."""
    found: set[str] = set()
    for ancestor in kind.__mro__:
        said = vars(ancestor).get(WAITING)
        if isinstance(said, Said):
            found |= what(said)
    return found
