"""Data types: what a prepared data set is made of.

They are plain attrs classes with a few fields, such as a path; how their content is read is the
affair of a plugin (:mod:`datamaestro_hookspecs.datatypes`), found by the type.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol, Self, runtime_checkable

from attrs import define, field

from datamaestro.data.arrivals import watch
from datamaestro.data.notation import UNSET, Configuration, declare
from datamaestro.data.owners import belongs_to, dataset_of
from datamaestro.errors import DatamaestroError, UsageError
from datamaestro.plugins.registry import dialects_in_use

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition

__all__ = ["UNSET", "Base", "File", "Folder", "Generic", "belongs_to", "read"]


@runtime_checkable
class Prepared(Protocol):
    """A data set that can say itself whether it is on disk."""

    def is_prepared(self) -> bool:
        """Return whether all its files are on disk."""


@define(slots=False, kw_only=True, eq=False)
class Base:
    """Any data.

    Args:
        id: of the (nested) data, such as ``com.lecun.mnist.train.images@image``; given when the
            data set is built, where it is not set.
    """

    id: str = ""

    C: ClassVar[Any] = Configuration()
    """What makes an object of this type: in definitions the type itself; see ``docs/types.md``."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declare(cls)

    @property
    def __datamaestro_dataset__(self) -> Definition | None:
        """The data set that it is, or is a part of; found by its id where it is not known.

        None where it is of none, such as what a program has made.
        """
        return dataset_of(self)

    def prepare(self) -> Self:
        """Bring the files of its data set to disk; return itself.

        Nothing is done where it belongs to no data set.

        Raises:
            DatamaestroError: it could not be done.
        """
        self.download()
        return self

    def download(self) -> None:
        """Bring the files of its data set to disk, as :meth:`prepare` does."""
        dataset = self.__datamaestro_dataset__
        if dataset is not None:
            from datamaestro import Context

            context: Context = getattr(dataset, "context", None) or Context.instance()
            context.prepare(dataset)

    def fetch_elsewhere(self) -> None:
        """Bring what is kept elsewhere than in the data directory, such as in a library's cache.

        Called by whoever prepares its data set, where that declares no resources, which say
        themselves what is on disk.
        """

    def is_prepared(self) -> bool:
        """Return whether all files of its data set are on disk; nobody is asked for that."""
        dataset = self.__datamaestro_dataset__
        if dataset is None:
            return True
        if isinstance(dataset, Prepared):
            return dataset.is_prepared()
        from datamaestro import Context

        return Context.instance().is_prepared(dataset)

    def submit(self, *arguments: Any, **options: Any) -> Any:
        """Have the files of its data set brought to disk elsewhere, such as by a job.

        What is told, and what is returned, is the dialect's in use: for experimaestro, see
        ``docs/experimaestro.md``.

        Raises:
            UsageError: no dialect is in use.
        """
        for dialect in dialects_in_use():
            return dialect.submit(self, *arguments, **options)
        raise UsageError(
            f"{self.id}: nobody is there to submit it to",
            hint="import experimaestro first, and begin an experiment",
        )

    def dataset_information(self) -> dict[str, str]:
        """Return the id of this datum, and the name and description of its data set."""
        dataset = self.__datamaestro_dataset__
        card = dataset.card if dataset is not None else None
        return {
            "id": self.id,
            "name": card.name if card else "",
            "description": card.description if card else "",
        }


@define(slots=False, kw_only=True, eq=False)
class File(Base):
    """A file.

    Args:
        path: absolute.
    """

    path: Path = field(converter=Path)

    def open(self, mode: str = "r") -> IO[Any]:
        """Open the file; ``mode`` as for the built-in ``open``."""
        return self.path.open(mode)


@define(slots=False, kw_only=True, eq=False)
class Folder(Base):
    """A folder.

    Args:
        path: absolute.
    """

    path: Path = field(converter=Path)


@define(slots=False, init=False, eq=False)
class Generic(Base):
    """Any values, by name: for data that no type is written for yet.

    Nobody sees the values but who has the object: they are neither printed nor given to jobs.

    Args:
        values: ``id``, and any others.
    """

    def __init__(self, **values: Any) -> None:
        super().__init__(id=values.pop("id", ""))
        vars(self).update(values)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def read(data: Base) -> Any:
    """Return the content of a data object, read by the plugin of its type.

    Raises:
        PluginError: no plugin reads this type, or it is switched off.
        ContentError: the file is not what its type says.
        DatamaestroError: the file is not on disk.
    """
    from datamaestro.plugins.registry import plugins

    try:
        return plugins().reader(type(data)).open(data)
    except FileNotFoundError as error:
        what = data.id or f"this {type(data).__name__}"
        usual = "prepare_dataset(...) brings it there"
        hint = getattr(data.__datamaestro_dataset__, "elsewhere", usual)
        raise DatamaestroError(f"{what} is not on disk: {error.filename}", hint=hint) from error


watch()
