"""experimaestro as a dialect of types of data; in use as soon as it has been imported.

Nothing of experimaestro is imported before :class:`Experimaestro` is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from datamaestro.data import Base
from datamaestro.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = "2.6"
"""The first version that can be used; it is that of the extra ``xpm``, too."""

PLACES = {
    "Type": "experimaestro.core.types",
    "FlattenAndShuffleDataset": "datamaestro_plugins.experimaestro.shuffling",
}
"""The modules of names that do not stand in ``experimaestro`` itself."""


class Experimaestro:
    """What this notation means.

    Raises:
        PluginError: experimaestro is not installed, or too old.
    """

    def __init__(self) -> None:
        try:
            from experimaestro import Prepare
        except ImportError as error:
            missing = isinstance(error, ModuleNotFoundError) and error.name == "experimaestro"
            hint = 'pip install "datamaestro[xpm]"'
            if missing:
                raise PluginError("experimaestro is not installed", hint=hint) from error
            raise PluginError(
                f"experimaestro {_version()} is installed, and {WANTED} or newer is wanted",
                hint=hint.replace("install", "install -U"),
            ) from error
        del Prepare
        from datamaestro_plugins.experimaestro import (
            bodies,
            bridge,
            instances,
            objects,
            preparation,
        )

        self._generated: type = instances.DataConfig
        self._bodies, self._bridge, self._preparation = bodies, bridge, preparation
        objects.equip()
        for kind in _subclasses(Base):  # those that were defined while plugins were loaded
            self.declare(kind)

    def declare(self, kind: type) -> None:
        """Make attrs fields of what the body of a new type of data says in this notation."""
        if not issubclass(kind, self._generated):
            self._bodies.declare(kind)

    def configuration(self, kind: type) -> Any:
        """Return what makes configurations of a type of data."""
        return self._bridge.configuration_of(kind)

    def identifiers(self, kind: type) -> tuple[str, ...]:
        """Return what a type of data is called in experimaestro's identifiers, where it says that.

        Else it is the place of the type in lower case, by which it is found as well; so a card is
        the same whether somebody has imported experimaestro or not.
        """
        from datamaestro_plugins.experimaestro.identifiers import identifier_of

        name = identifier_of(kind)
        return () if name == f"{kind.__module__}.{kind.__qualname__}".lower() else (name,)

    def public_name(self, name: str) -> Any:
        """Return one of experimaestro's names, or of what is written with them."""
        return getattr(import_module(PLACES.get(name, "experimaestro")), name)

    def defers(self) -> bool:
        """Return whether an experiment is active: files come when a job needs them."""
        return self._preparation.is_experiment()

    def submit(self, data: Base, *arguments: Any, **options: Any) -> Base:
        """Have a job bring the files of a data set to disk; return the data object.

        Args:
            data: of the data set, or a part of it.
            arguments: none.
            options: as for experimaestro's ``submit``, such as ``launcher=``.

        Raises:
            UsageError: there is no experiment or no data set, or experimaestro is too old.
        """
        dataset = data.__datamaestro_dataset__
        if dataset is None:
            what = data.id or f"this {type(data).__name__}"
            raise UsageError(f"{what} belongs to no data set: there is nothing to submit")
        directory = self._preparation.directory_for(data, dataset)
        self._preparation.submit(dataset, directory, *arguments, **options)
        return data


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("experimaestro")
    except PackageNotFoundError:
        return "of an unknown version"


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    """Iterate over all subclasses of a type, each after its ancestors."""
    subclass: type[Any]
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
