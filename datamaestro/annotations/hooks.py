"""Hooks: functions of an author's that are called at certain moments of a data set's life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from datamaestro.annotations import DATASET, said_of
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOMENTS = ("pre-use", "pre-download")
"""Before a data object is made; before something is fetched or made for it."""


def hook(moment: str) -> Callable[[Callable[..., object]], Callable[..., Hooked]]:
    """Make an annotation of a function, which is called with the data set at some moment.

    Args:
        moment: ``pre-use``, before a data object is made; or ``pre-download``, before something is
            fetched or made for it.

    Example::

        @hook("pre-download")
        def needs_program(dataset, name):
            if shutil.which(name) is None:
                raise RuntimeError(f"{dataset.id} needs the program {name}")

        @needs_program("ffmpeg")
        @dataset(...)
        class Videos(Dataset): ...
    """
    if moment not in MOMENTS:
        raise DefinitionError(f"hook({moment!r}): a moment is one of {', '.join(MOMENTS)}")

    def annotate(function: Callable[..., object]) -> Callable[..., Hooked]:
        return lambda *arguments, **options: Hooked(moment, function, arguments, options)

    return annotate


class Hooked:
    """A function with what it is told besides the data set, as an annotation."""

    def __init__(
        self,
        moment: str,
        function: Callable[..., object],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> None:
        self.moment = moment
        self.function = function
        self.arguments = arguments
        self.options = options

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        said_of(target).hooks.setdefault(self.moment, []).append(self.call)
        return target

    def call(self, dataset: Any) -> None:
        """Call the function for a data set."""
        self.function(dataset, *self.arguments, **self.options)


class DatasetAnnotation:
    """Base of annotations that say something of a data set once it has been declared.

    ``annotate(dataset)`` of a subclass is given the data set.
    """

    def __call__(self, target: T) -> T:
        """Say it of the definition below, or above."""
        self.annotate(vars(target).get(DATASET, target))
        return target

    def annotate(self, dataset: Any) -> None:
        """Say it."""
        raise NotImplementedError(f"{type(self).__name__} says nothing")
