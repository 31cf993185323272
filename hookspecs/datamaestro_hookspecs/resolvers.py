"""Resolving ids: from what a user types to a definition.

A reference is ``prefix:rest``, given to the resolver of that prefix, or a bare id, which belongs
to the catalogue of installed repositories alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro_hookspecs.cards import Definition


@frozen
class Resolver:
    """A resolver of references that begin with ``prefix:``.

    Args:
        name: unique among resolvers.
        prefix: what stands before the colon.
        implementation: dotted path of a class with :class:`ResolverProtocol`, made without
            arguments on first use.
        priority: among resolvers of one prefix the highest wins.
    """

    name: str = field(validator=checks.name)
    prefix: str = field(validator=checks.scheme)
    implementation: str = field(validator=checks.dotted)
    priority: int = 0


@runtime_checkable
class ResolverProtocol(Protocol):
    """What a resolver's implementation does."""

    def resolve(self, reference: str) -> Definition:
        """Return the definition of what stands after the prefix.

        Raises:
            DatasetNotFound: there is none.
        """


@runtime_checkable
class LongestProtocol(Protocol):
    """What the catalogue's resolver does besides, since parts are named behind a bare id."""

    def longest(self, name: str) -> tuple[Definition, str]:
        """Return the definition of the longest id that a name begins with, and what is behind it.

        Raises:
            DatasetNotFound: there is none.
        """


@hookspec
def datamaestro_resolvers() -> Iterable[Resolver]:
    """Called once, when the first reference is resolved; return the resolvers you add.

    Example::

        @hookimpl
        def datamaestro_resolvers():
            return [Resolver("hub", prefix="hub", implementation="acme.hub:HubResolver")]

    Added in version 2.0.
    """
    return ()
