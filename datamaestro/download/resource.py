"""What all declarations of a resource share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self, TypeVar, overload

from attrs import frozen

from datamaestro.annotations import said_of
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro_hookspecs.cards import ResourceCard

T = TypeVar("T")

PATHS = "__paths__"
"""Where the instance of a definition's class keeps the path of each resource."""


@frozen
class Bound:
    """A resource as ``config()`` sees it: it has a place.

    Args:
        path: final place, absolute; the file need not be there yet.
    """

    path: Path

    def prepare(self) -> Path:
        """Return the path."""
        return self.path


class Resource(ABC):
    """One named file or folder of a data set.

    It is a class attribute of a definition, whose name it takes, or a decorator over one.

    Args:
        varname: its name, where it is not to be found from the attribute or the file.
        transient: removed as soon as everything made from it is there.
    """

    def __init__(self, name: str, *, varname: str | None = None, transient: bool = False) -> None:
        self.name = varname or name
        self.named = varname is not None
        self.transient = transient

    @abstractmethod
    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared, as plain values.

        Args:
            alone: whether the data set has no other resource.
        """

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make it, where it is made from others."""
        raise DefinitionError(f"resource {self.name} is not made from others")

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.named:
            self.name, self.named = name, True

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Bound: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Bound:
        if instance is None:
            return self
        return Bound(vars(instance)[PATHS][self.name])

    def __call__(self, target: T) -> T:
        """Declare this resource for the definition below."""
        if not self.name.isidentifier():
            raise DefinitionError(f"resource {self.name!r} needs a varname= that is an identifier")
        said = said_of(target)
        if self.name in said.resources:
            where = getattr(target, "__qualname__", "")
            raise DefinitionError(f"{where}: resource {self.name} is declared twice")
        said.resources = {self.name: self, **said.resources}  # decorators are applied upwards
        return target
