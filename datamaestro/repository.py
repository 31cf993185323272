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
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from datamaestro.definitions.naming import CONFIG
from datamaestro.definitions.section import Section
from datamaestro.errors import DefinitionError
from datamaestro.plugins.registry import plugins
from datamaestro.plugins.speaking import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from datamaestro.definitions.abstract import AbstractDataset

log = logging.getLogger("datamaestro")


class Problem(NamedTuple):
    """What of a repository cannot be used.

    Args:
        module: dotted name; empty where it is not a whole module.
        reason: one line, which names it.
    """

    module: str
    reason: str


class BaseRepository:
    """What all repositories have; its data sets are those that it iterates over.

    A repository whose data sets do not stand in modules of its own overrides ``modules()``, or
    ``__iter__``, and perhaps ``search``.
    """

    NAMESPACE: ClassVar[str]
    AUTHOR: ClassVar[str] = ""
    DESCRIPTION: ClassVar[str] = ""

    def __init__(self, context: Any = None) -> None:
        if not re.fullmatch(r"[\w-]+", getattr(self, "NAMESPACE", "")):
            raise DefinitionError(f"{type(self).__qualname__}.NAMESPACE is not a word")
        self.context = context
        self.id = self.name = self.NAMESPACE
        self.module = type(self).__module__
        self.basedir = Path(inspect.getfile(type(self))).parent
        self.problems: list[Problem] = []

    @classmethod
    def instance(cls, context: Any = None) -> Self:
        """Return a repository of this class."""
        return cls(context)

    @classmethod
    def basemodule(cls) -> str:
        """Return the module that has this class."""
        return cls.__module__

    @classmethod
    def version(cls) -> str | None:
        """Return the version of the distribution that has the name of its package."""
        from importlib import metadata

        try:
            return metadata.version(cls.__module__)
        except metadata.PackageNotFoundError:
            return None

    @property
    def package(self) -> str:
        """The package whose ``config`` holds the definitions."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or spec.submodule_search_locations is not None:
            return self.module
        return self.module.rpartition(".")[0]

    @property
    def description(self) -> str:
        """One line for ``datamaestro repositories``."""
        return self.DESCRIPTION

    @property
    def datapath(self) -> Path:
        """The folder of its prepared data."""
        from datamaestro.store.current import current_store

        return current_store().root / "data" / self.name

    def modules(self) -> Iterable[Iterable[AbstractDataset]]:
        """Iterate over the sections of its data sets."""
        return ()

    def __iter__(self) -> Iterator[AbstractDataset]:
        for section in self.modules():
            yield from section

    def search(self, name: str) -> AbstractDataset | None:
        """Return the data set of an id or an alias, or None; a selector ``[…]`` is overlooked."""
        wanted = name.partition("[")[0].strip()
        return next((one for one in self if wanted in {one.id, *_aliases(one)}), None)

    def definition(self, dataset_id: str) -> AbstractDataset | None:
        """Return the definition of an id or an alias, or None."""
        return self.search(dataset_id)

    def definitions(self) -> Iterator[AbstractDataset]:
        """Iterate over all definitions."""
        return iter(self)


class Repository(BaseRepository):
    """Base of the class that a package names in the entry-point group ``datamaestro.repositories``.

    Its definitions are those of the modules of its package's ``config``.

    Example::

        class Repository(datamaestro.Repository):
            AUTHOR = "Jane Doe <jane@example.org>"
            DESCRIPTION = "Data sets of flowers"
            NAMESPACE = "flowers"
    """

    def __init__(self, context: Any = None) -> None:
        super().__init__(context)
        self.configdir = self.basedir / CONFIG
        self.__loaded: dict[str, Section] = {}

    def search(self, name: str) -> AbstractDataset | None:
        """Return the definition of an id or an alias; modules on the id's path are looked at first.

        Raises:
            DefinitionError: the module that should define it cannot be imported.
        """
        wanted = name.partition("[")[0].strip()
        words = wanted.split(".")
        for length in range(len(words), -1, -1):
            for module in self.__named.get(".".join(words[:length]), ()):
                if found := self.__section(module).by_id.get(wanted):
                    return found
        if type(self).__iter__ is not Repository.__iter__:
            return super().search(wanted)
        return self.__all.get(wanted)

    def defined_in(self, module: str, dataset_id: str) -> AbstractDataset | None:
        """Return the definition of an id or an alias that one of its modules has, or None.

        No other module is imported.

        Args:
            module: full dotted name.
            dataset_id: without a selector.

        Raises:
            DefinitionError: the module cannot be imported.
        """
        below = f"{module}.".removeprefix(f"{self.__full('')}.")
        if below == f"{module}.":
            return None
        return self.__section(below.rstrip(".")).by_id.get(dataset_id)

    def modules(self) -> Iterator[Section]:
        """Iterate over its modules; one that cannot be imported is warned about once.

        Each of those is then one of ``problems``. Those that need a dialect that cannot be used
        are warned about together.
        """
        known = {problem.module for problem in self.problems}
        for _, name, full in self._modules():
            if full in known:
                continue
            try:
                section = self.__section(name)
            except DefinitionError as error:
                broken = plugins().broken_dialect(error)
                self.__note(full, str(error) if broken is None else left_out(broken))
            else:
                yield section

    def __iter__(self) -> Iterator[AbstractDataset]:
        return iter({one.id: one for one in self.__all.values()}.values())

    def __note(self, module: str, reason: str) -> None:
        self.problems.append(Problem(module, reason))
        plugins().warn(reason)

    @cached_property
    def __named(self) -> dict[str, list[str]]:
        """The dotted names of the modules below ``config``, sorted, by their names in ids."""
        paths = [path.relative_to(self.configdir) for path in self.configdir.rglob("*.py")]
        parts = [
            path.parent.parts if path.stem == "__init__" else path.with_suffix("").parts
            for path in paths
        ]
        names = sorted(".".join(words) for words in parts if all(map(_can_be_imported, words)))
        found: dict[str, list[str]] = {}
        for name in names:
            found.setdefault(name.lower(), []).append(name)
        return found

    @cached_property
    def __all(self) -> dict[str, AbstractDataset]:
        """All definitions by id and alias; the first of an id stays, others are warned about."""
        found: dict[str, AbstractDataset] = {}
        definition: AbstractDataset
        for section in self.modules():
            for definition in section:
                first = found.setdefault(definition.id, definition)
                if first is not definition:
                    self.__note(
                        "",
                        f"repository {self.name}: {getattr(definition, 'where', definition)} "
                        f"defines {definition.id} again; {getattr(first, 'where', first)} is taken",
                    )
        found = dict(sorted(found.items()))
        for definition in list(found.values()):
            for alias in _aliases(definition):
                found.setdefault(alias, definition)
        return found

    def __section(self, name: str) -> Section:
        """Return the definitions of one module; it is imported on first use."""
        if name not in self.__loaded:
            self.__loaded[name] = Section(self.__import(name), name, self)
        return self.__loaded[name]

    def __import(self, name: str) -> ModuleType:
        full = self.__full(name)
        try:
            return importlib.import_module(full)
        except (Exception, SystemExit) as error:
            log.debug("importing %s", full, exc_info=error)
            broken = plugins().broken_dialect(error)
            raise DefinitionError(
                f"repository {self.name}: cannot import {full}: {type(error).__name__}: {error}"
                f"{self.__line_of(error)}",
                hint=broken.hint if broken else "mend or reinstall the package that brings it",
            ) from error

    def __line_of(self, error: BaseException) -> str:
        """Return where in this repository's files an error came from, as far as is known."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if Path(frame.filename).is_relative_to(self.configdir)]
        return f", line {ours[-1].lineno} of {Path(ours[-1].filename).name}" if ours else ""

    def _modules(self) -> Iterator[tuple[Self, str, str]]:
        """Iterate over this repository, name below ``config``, and full name, of each module."""
        for names in self.__named.values():
            for name in names:
                yield self, name, self.__full(name)

    def __full(self, name: str) -> str:
        return f"{self.package}.{CONFIG}.{name}".rstrip(".")


LOOKUP = ("search", "definition", "definitions", "modules", "__iter__")
"""The methods that say which data sets a repository has."""


def has_usual_lookup(repository: object) -> bool:
    """Return whether a repository has no data set besides those that it iterates over.

    One that looks up ids itself may know others, such as those that follow a pattern.
    """
    kind = type(repository)
    return isinstance(repository, Repository) and all(
        getattr(kind, name) is getattr(Repository, name) for name in LOOKUP
    )


def _aliases(definition: AbstractDataset) -> Iterable[str]:
    return getattr(definition, "aliases", ())


def _can_be_imported(word: str) -> bool:
    """Return whether a part of a module's name is one; ``-`` is, though not in a statement."""
    return bool(re.fullmatch(r"[\w-]+", word)) and word != "__main__"
