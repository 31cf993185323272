"""The data sets that are being built or made in this thread, and where their resources are."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.download.resource import Resource


class Owner(Protocol):
    """The data set that a resource belongs to, as far as its resources know it."""

    @property
    def identity(self) -> str:
        """Its full name, ``id@repository``."""

    @property
    def resources(self) -> Mapping[str, Resource]:
        """Its resources by name."""

    @property
    def context(self) -> Context:
        """The context in which it is used."""

    @property
    def datapath(self) -> Path:
        """Its folder, or the one in which something of it is being made."""

    def path_of(self, resource: Resource) -> Path:
        """Return the final place of one of its resources."""


@frozen
class Work:
    """The data sets that are being built or made in this thread.

    Args:
        owner: the innermost; resources that several data sets share are its own meanwhile.
        places: of the resources of each, by name.
    """

    owner: Owner | None = None
    places: Mapping[Owner, Mapping[str, Path]] = field(factory=dict)
    _own: dict[int, Resource] = field(factory=dict)

    def is_for(self, resource: Resource) -> bool:
        """Return whether a resource is one of the innermost data set's.

        What has been found once is remembered, since each resource of a data set asks that.
        """
        if self.owner is not None and id(resource) not in self._own:
            self._own.update({id(one): one for one in self.owner.resources.values()})
        return id(resource) in self._own


_idle = Work()
_work: ContextVar[Work] = ContextVar("datamaestro_work", default=_idle)


@contextmanager
def at_work_for(owner: Owner, places: Mapping[str, Path]) -> Iterator[None]:
    """Let the resources of a data set be in some places meanwhile, in this thread."""
    outer = _work.get()
    token = _work.set(Work(owner, {**outer.places, owner: places}))
    try:
        yield
    finally:
        _work.reset(token)


def place_at_work(owner: Owner, name: str) -> Path | None:
    """Return where a resource of a data set is while that is being built or made."""
    return _work.get().places.get(owner, {}).get(name)


def is_at_work(owner: Owner) -> bool:
    """Return whether a data set is being built or made in this thread."""
    return owner in _work.get().places


def owner_at_work(resource: Resource) -> Owner | None:
    """Return the innermost data set that is being built or made, if a resource is one of its."""
    work = _work.get()
    return work.owner if work.is_for(resource) else None


def refuse_circle(owner: Owner) -> None:
    """Refuse to build a data set as a part of itself.

    Raises:
        DefinitionError: it is being built.
    """
    building = list(_work.get().places)
    if owner in building:
        circle = [one.identity for one in [*building[building.index(owner) :], owner]]
        raise DefinitionError(f"data sets need each other: {' <- '.join(circle)}")
