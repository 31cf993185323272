"""A repository whose definitions are the modules of its ``config`` package."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.annotations import DATASET
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.definitions.naming import CONFIG
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

log = logging.getLogger("datamaestro")


class Repository:
    """Base of the class that a package names in the entry-point group ``datamaestro.repositories``.

    Example::

        class Repository(datamaestro.Repository):
            AUTHOR = "Jane Doe <jane@example.org>"
            DESCRIPTION = "Data sets of flowers"
            NAMESPACE = "flowers"
    """

    NAMESPACE: ClassVar[str]
    AUTHOR: ClassVar[str] = ""
    DESCRIPTION: ClassVar[str] = ""

    def __init__(self, context: object = None) -> None:
        self.context = context
        self.id = self.name = self.NAMESPACE
        self.module = type(self).__module__
        self.basedir = Path(inspect.getfile(type(self))).parent
        self.configdir = self.basedir / CONFIG
        self.broken: dict[str, str] = {}

    @property
    def description(self) -> str:
        """One line for ``datamaestro repositories``."""
        return self.DESCRIPTION

    @property
    def package(self) -> str:
        """The package whose ``config`` holds the definitions."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or spec.submodule_search_locations is not None:
            return self.module
        return self.module.rpartition(".")[0]

    def definition(self, dataset_id: str) -> DatasetWrapper | None:
        """Return the definition of an id; modules on the id's path are looked at first.

        Raises:
            DefinitionError: the module that should define it cannot be imported.
        """
        words = dataset_id.split(".")
        likely = [".".join(words[:length]) for length in range(len(words), 0, -1)]
        names = list(self._module_names())
        for name in [name for name in likely if name in names]:
            for found in self._defined_in(self._import(name)):
                if found.id == dataset_id:
                    return found
        return next((found for found in self.definitions() if found.id == dataset_id), None)

    def definitions(self) -> Iterator[DatasetWrapper]:
        """Iterate over all definitions; a module that cannot be imported is warned about once."""
        for name in self._module_names():
            try:
                module = self._import(name)
            except DefinitionError as error:
                if name not in self.broken:
                    self.broken[name] = str(error)
                    log.warning("%s", error)
            else:
                yield from self._defined_in(module)

    __iter__ = definitions

    def _module_names(self) -> Iterator[str]:
        """Iterate over the dotted names of modules below ``config``, sorted."""
        for path in sorted(self.configdir.rglob("*.py")):
            parts = path.relative_to(self.configdir).with_suffix("").parts
            words = parts[:-1] if parts[-1] == "__init__" else parts
            if words:
                yield ".".join(words)

    def _import(self, name: str) -> ModuleType:
        full = f"{self.package}.{CONFIG}.{name}"
        try:
            return importlib.import_module(full)
        except Exception as error:
            raise DefinitionError(
                f"repository {self.name}: cannot import {full}: {type(error).__name__}: {error}",
                hint="its data sets are left out",
            ) from error

    def _defined_in(self, module: ModuleType) -> Iterator[DatasetWrapper]:
        for value in vars(module).values():
            found = as_definition(value)
            if found is not None and found.target.__module__ == module.__name__:
                found.repository = self.name
                yield found


def as_definition(value: Any) -> DatasetWrapper | None:
    """Return what ``@dataset`` made of a function or class, or None."""
    if inspect.isclass(value):
        value = vars(value).get(DATASET)
    return value if isinstance(value, DatasetWrapper) else None
