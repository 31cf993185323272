"""Data types: how the file of a data object is read, and checked before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@frozen
class DataType:
    """How the files of one type of data are read.

    Args:
        name: unique among data types.
        type: dotted path of the class of data objects, such as ``datamaestro.data.tensor:IDX``;
            its subclasses are meant too, unless they have a record of their own.
        implementation: dotted path of a class with :class:`DataTypeProtocol`, made without
            arguments on first use; one object serves all threads.
        suffixes: of such files, in lower case with their dot.
        magic: what such files may begin with.
        priority: among records of one type the highest wins.
    """

    name: str = field(validator=checks.name)
    type: str = field(validator=checks.dotted)
    implementation: str = field(validator=checks.dotted)
    suffixes: tuple[str, ...] = field(default=(), validator=checks.each(checks.suffix))
    magic: tuple[bytes, ...] = ()
    priority: int = 0


class HasPath(Protocol):
    """A data object with a file or folder."""

    @property
    def path(self) -> Path:
        """Where it is."""


@runtime_checkable
class DataTypeProtocol(Protocol):
    """What a data type's implementation does."""

    def open(self, data: Any) -> Any:
        """Return the content of a data object of that type, such as a numpy array.

        Args:
            data: an object with a ``path`` (:class:`HasPath`) and the fields of its type.

        Raises:
            ContentError: the file is not what its type says.
        """

    def check(self, path: Path) -> None:
        """Check a file that is about to be published, at little cost.

        Raises:
            ContentError: the file is not what its type says.
        """


@hookspec
def datamaestro_datatypes() -> Iterable[DataType]:
    """Called once, when data are first read or published; return the data types you add.

    Example::

        @hookimpl
        def datamaestro_datatypes():
            return [DataType("npy", type="acme.data:Npy", implementation="acme.npy:NpyReader")]

    Added in version 2.0.
    """
    return ()
