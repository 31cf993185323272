"""Repositories: sets of definitions under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro_hookspecs.cards import Definition


@frozen
class Repository:
    """A named set of definitions.

    Args:
        name: unique; part of every data set's identity, ``id@name``.
        implementation: dotted path of a class with :class:`RepositoryProtocol`, made without
            arguments on first use.
        priority: among repositories of one name the highest wins.
    """

    name: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    priority: int = 0


@runtime_checkable
class RepositoryProtocol(Protocol):
    """What a repository's implementation does.

    Packages derive from ``datamaestro.Repository``, which finds the definitions in the modules
    of their ``config`` package.
    """

    @property
    def name(self) -> str:
        """The name of its record."""

    @property
    def description(self) -> str:
        """One line for ``datamaestro repositories``."""

    def definition(self, dataset_id: str) -> Definition | None:
        """Return the definition of that id, or None."""

    def definitions(self) -> Iterator[Definition]:
        """Iterate over all definitions; a broken part is warned about and left out."""


@hookspec
def datamaestro_repositories() -> Iterable[Repository]:
    """Called once, when definitions are first looked for; return the repositories you add.

    Example::

        @hookimpl
        def datamaestro_repositories():
            return [Repository("acme", implementation="acme.repository:Repository")]

    Added in version 2.0.
    """
    return ()
