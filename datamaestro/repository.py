"""A repository whose definitions are the modules of its ``config`` package."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import re
import traceback
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.annotations import DATASET
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.definitions.naming import CONFIG
from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
        if not re.fullmatch(r"[\w-]+", getattr(self, "NAMESPACE", "")):
            raise DefinitionError(f"{type(self).__qualname__}.NAMESPACE is not a word")
        self.context = context
        self.id = self.name = self.NAMESPACE
        self.module = type(self).__module__
        self.basedir = Path(inspect.getfile(type(self))).parent
        self.configdir = self.basedir / CONFIG
        self._loaded: dict[str, dict[str, DatasetWrapper]] = {}

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
        for length in range(len(words), 0, -1):
            name = ".".join(words[:length])
            if name in self._modules and (found := self._defined(name).get(dataset_id)):
                return found
        return self._all.get(dataset_id)

    def definitions(self) -> Iterator[DatasetWrapper]:
        """Iterate over all definitions; a module that cannot be imported is warned about once."""
        return iter(self._all.values())

    __iter__ = definitions

    @cached_property
    def _modules(self) -> tuple[str, ...]:
        """The dotted names of the modules below ``config``, sorted."""
        paths = [path.relative_to(self.configdir) for path in self.configdir.rglob("*.py")]
        parts = [
            path.parent.parts if path.stem == "__init__" else path.with_suffix("").parts
            for path in paths
        ]
        named = [words for words in parts if words and all(map(str.isidentifier, words))]
        return tuple(sorted(".".join(words) for words in named if "__main__" not in words))

    @cached_property
    def _all(self) -> dict[str, DatasetWrapper]:
        """All definitions by id."""
        found: dict[str, DatasetWrapper] = {}
        for name in self._modules:
            try:
                defined = self._defined(name)
            except DefinitionError as error:
                log.warning("%s", error)
            else:
                self._add(found, defined.values())
        return dict(sorted(found.items()))

    def _defined(self, name: str) -> dict[str, DatasetWrapper]:
        """Return the definitions of one module by id; it is imported on first use."""
        if name not in self._loaded:
            module = self._import(name)
            self._loaded[name] = {}
            self._add(self._loaded[name], self._defined_in(module))
        return self._loaded[name]

    def _add(self, known: dict[str, DatasetWrapper], found: Iterable[DatasetWrapper]) -> None:
        """Add definitions by id; the first of an id stays, the others are warned about."""
        for definition in found:
            first = known.setdefault(definition.id, definition)
            if first is not definition:
                log.warning(
                    "repository %s: %s defines %s again; %s is taken",
                    self.name,
                    definition.where,
                    definition.id,
                    first.where,
                )

    def _import(self, name: str) -> ModuleType:
        full = f"{self.package}.{CONFIG}.{name}"
        try:
            return importlib.import_module(full)
        except (Exception, SystemExit) as error:
            log.debug("importing %s", full, exc_info=error)
            raise DefinitionError(
                f"repository {self.name}: cannot import {full}: {type(error).__name__}: {error}"
                f"{self._line_of(error)}",
                hint="mend or reinstall the package that brings it",
            ) from error

    def _line_of(self, error: BaseException) -> str:
        """Return where in this repository's files an error came from, as far as is known."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if Path(frame.filename).is_relative_to(self.configdir)]
        return f", line {ours[-1].lineno} of {Path(ours[-1].filename).name}" if ours else ""

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
