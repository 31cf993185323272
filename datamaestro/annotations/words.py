"""Tags and tasks: words said of a data set, or of a type of data, whose data sets inherit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from datamaestro.annotations import said_of
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


class _Words:
    """Words said of a data set or a type of data."""

    kind: ClassVar[str]

    def __init__(self, *words: str) -> None:
        if not all(isinstance(word, str) for word in words):
            raise DefinitionError(f"{type(self).__name__}{words!r}: these are not words")
        self.words = words

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        getattr(said_of(target), self.kind).update(self.words)
        return target


class datatags(_Words):  # noqa: N801 - reads as a decorator
    """Tags of a data set, or of all data sets of a type: ``@datatags("images", "digits")``."""

    kind = "tags"


class datatasks(_Words):  # noqa: N801 - reads as a decorator
    """Tasks of a data set, or of all data sets of a type: ``@datatasks("classification")``."""

    kind = "tasks"


class argument:  # noqa: N801 - reads as a decorator
    """What versions before 1.0 declared the fields of a type with; it is known, and refused.

    Raises:
        DefinitionError: it is used.
    """

    def __init__(self, name: str, *facts: Any, **options: Any) -> None:
        raise DefinitionError(
            f"argument({name!r}) is no longer understood",
            hint=f"declare the field in the body of its type: {name}: Param[…]",
        )


class metadata:  # noqa: N801 - reads as a decorator
    """Tags and tasks in one: ``@metadata(tags="images", tasks=["classification"])``."""

    def __init__(
        self, tags: str | Iterable[str] | None = None, tasks: str | Iterable[str] | None = None
    ) -> None:
        self.tags = datatags(*_several(tags))
        self.tasks = datatasks(*_several(tasks))

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        return self.tasks(self.tags(target))


def _several(words: str | Iterable[str] | None) -> tuple[str, ...]:
    return () if words is None else (words,) if isinstance(words, str) else tuple(words)
