"""References: what a data set is made of are other data sets, too."""

from __future__ import annotations

from typing import Any, Protocol

from datamaestro.annotations import DATASET
from datamaestro.download.resource import Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import NOWHERE, ResourceCard


class Target(Protocol):
    """Another data set, as far as a reference is concerned."""

    @property
    def identity(self) -> str:
        """Its full name, ``id@repository``."""

    def prepare(self) -> Any:
        """Return its data object."""

    def download(self, force: bool = False) -> object:
        """Bring it to disk."""


class reference(Resource):  # noqa: N801 - reads as a word of a definition
    """Another data set, which this one is made of.

    In ``config()``, its data object is ``self.DOCUMENTS.config()``. It is brought to disk with
    this one; with ``transient=True`` only where something is to be made from it.

    Args:
        reference: what ``@dataset`` made, or an id, such as ``"org.example.documents"``; it may be
            that of a part of a data set, all of which is brought to disk then.
        varname: name of the resource.
        transient: brought to disk only for what is made from it.

    Example::

        DOCUMENTS = reference(Documents)
    """

    def __init__(
        self, reference: object = None, *, varname: str | None = None, transient: bool = False
    ) -> None:
        super().__init__(varname, transient=transient)
        if reference is None:
            raise DefinitionError("reference(...) names no data set")
        self.reference = reference

    @property
    def target(self) -> Target:
        """The data set itself.

        Raises:
            DatasetNotFound: there is none of that id.
            DefinitionError: it is none.
        """
        found: Any = self.reference
        if isinstance(found, str):
            from datamaestro import Context

            found = Context.instance().dataset(found)
        if isinstance(found, type):
            found = vars(found).get(DATASET, found)
        if not hasattr(found, "identity"):
            raise DefinitionError(f"resource {self.name}: {found!r} is no data set")
        target: Target = found
        return target

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared; a part's files are those of the whole."""
        target: Any = self.target
        is_part = hasattr(type(target), "whole")  # a data set itself answers to any name
        return ResourceCard(
            name=self.name,
            path=NOWHERE,
            reference=target.whole.identity if is_part else target.identity,
            part=target.path if is_part else "",
            transient=self.transient,
        )

    def prepare(self) -> Any:
        """Return the data object of the other data set."""
        return self.target.prepare()

    config = prepare
    """What :meth:`prepare` is called where the data object is what is wanted."""

    def download(self, force: bool = False) -> object:
        """Bring the other data set to disk."""
        return self.target.download(force)

    def has_files(self) -> bool:
        """Return False: the files are the other data set's."""
        return False


Reference = reference
"""What :class:`reference` was called in earlier versions."""
