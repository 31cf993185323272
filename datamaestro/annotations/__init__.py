"""Annotations: what stands above a definition, or above a type of data, in any order.

An annotation below ``@dataset`` meets a bare function or class, and waits there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from attrs import define, field

from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

WAITING = "__datamaestro__"
"""Where a bare function or class keeps what has been said of it."""

DATASET = "__dataset__"
"""Where a class keeps the data set that ``@dataset`` made of it."""


@define
class Said:
    """What annotations have said about one function or class."""

    tags: set[str] = field(factory=set)
    tasks: set[str] = field(factory=set)
    resources: dict[str, Any] = field(factory=dict)


def said_of(target: Any) -> Said:
    """Return what has been said of a function, a class or a data set, to be added to."""
    target = vars(target).get(DATASET, target)
    said = getattr(target, "said", None) or vars(target).get(WAITING)
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


class _Words:
    """Words said of a data set or a type of data, whose data sets inherit them."""

    kind: ClassVar[str]

    def __init__(self, *words: str) -> None:
        if not all(isinstance(word, str) for word in words):
            raise DefinitionError(f"{type(self).__name__}{words!r}: these are not words")
        self.words = words

    def __call__(self, target: T) -> T:
        getattr(said_of(target), self.kind).update(self.words)
        return target


class datatags(_Words):  # noqa: N801 - reads as a decorator
    """Tags of a data set, or of all data sets of a type: ``@datatags("images", "digits")``."""

    kind = "tags"


class datatasks(_Words):  # noqa: N801 - reads as a decorator
    """Tasks of a data set, or of all data sets of a type: ``@datatasks("classification")``."""

    kind = "tasks"
