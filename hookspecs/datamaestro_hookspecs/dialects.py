"""Dialects: types of data whose bodies are written in another package's notation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable


@frozen
class Dialect:
    """A notation of types of data, and what its package does with them.

    It is in use as soon as its package has been imported by somebody; until then, nothing of it is
    imported or called.

    Args:
        name: unique among dialects.
        package: the top-level package that brings the notation, such as ``experimaestro``.
        implementation: dotted path of a class with :class:`DialectProtocol`, made without arguments
            on first use; one object serves all threads.
        extra: of datamaestro, that installs the package; empty where there is none.
        names: that ``datamaestro.definitions``, or a module of types, hands on from it.
        priority: unused; the order in which several are asked.
    """

    name: str = field(validator=checks.name)
    package: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    extra: str = ""
    names: tuple[str, ...] = ()
    priority: int = 0


@runtime_checkable
class DialectProtocol(Protocol):
    """What a dialect's implementation does."""

    def declare(self, kind: type) -> None:
        """Make attrs fields of what the body of a new type of data says in this notation.

        Called when the class statement of a subclass of ``datamaestro.data.Base`` ends, before its
        decorators. A body that says nothing in this notation is left as it is.
        """

    def configuration(self, kind: type) -> Any:
        """Return what ``kind.C`` is, other than in definitions, where it is the type itself."""

    def identifiers(self, kind: type) -> Iterable[str]:
        """Return what a type of data is called in this notation; ``search type:`` finds it."""

    def public_name(self, name: str) -> Any:
        """Return one of the names that the record lists."""

    def defers(self) -> bool:
        """Return whether files are not to be fetched now, but when they are used."""

    def submit(self, data: Any, *arguments: Any, **options: Any) -> Any:
        """Have the files of a data object brought to disk elsewhere, such as by a job."""


@hookspec
def datamaestro_dialects() -> Iterable[Dialect]:
    """Called once, when a package defines its first type of data; return the dialects you add.

    Example::

        @hookimpl
        def datamaestro_dialects():
            return [Dialect("acme", package="acme", implementation="acme_datamaestro.types:Acme")]

    Added in version 2.0.
    """
    return ()
