"""Rules: what each is called, how grave what it finds is, and the function that looks for it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

Level = Literal["error", "warning", "note"]
"""An error hinders the use of a data set; a warning is to be mended; a note is worth a look."""

LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""The gravest first."""


class Found(NamedTuple):
    """What a rule complains of.

    Args:
        message: what is wrong.
        resource: in which, where it is about one.
        id: of the data set, where the rule looks at a whole repository.
    """

    message: str
    resource: str = ""
    id: str = ""


@frozen
class Rule(Generic[T]):
    """A rule.

    Args:
        name: by which it is ignored.
        level: of what it finds.
        says: what it finds, and why that matters, in a sentence.
        find: returns what it complains of.
    """

    name: str
    level: Level
    says: str
    find: Callable[[T], Iterable[Found]]


def rule(level: Level) -> Callable[[Callable[[T], Iterable[Found]]], Rule[T]]:
    """Make a rule of a function; its name is the function's, and its docstring what it says."""

    def made(find: Callable[[T], Iterable[Found]]) -> Rule[T]:
        says = " ".join(inspect.cleandoc(find.__doc__ or "").split())
        return Rule(find.__name__.replace("_", "-"), level, says, find)

    return made


class Finding(NamedTuple):
    """What is wrong, and where; sorted as it is shown.

    Args:
        repository: its name.
        id: of the data set; empty where it is about the repository.
        resource: empty where it is about the data set.
        level: how grave it is.
        message: what is wrong.
        rule: that found it.
    """

    repository: str
    id: str
    resource: str
    level: Level
    message: str
    rule: str

    def __str__(self) -> str:
        where = [part for part in (self.repository, self.id, self.resource) if part]
        return " ".join(f"{': '.join([*where, self.level, self.message])} ({self.rule})".split())
