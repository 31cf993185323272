"""The typed facade over pluggy, the only module of the core that touches it.

It imports plugins, asks each for its records and passes events on. What goes wrong in one plugin
is kept as a :class:`Failure` and costs one warning line, never the command.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import define, field, frozen

from datamaestro.errors import PluginError
from datamaestro.plugins.builtins import BUILTINS, PREFIX
from datamaestro_hookspecs import (
    datatypes,
    downloaders,
    events,
    repositories,
    resolvers,
    transformers,
)
from datamaestro_hookspecs.markers import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

log = logging.getLogger("datamaestro")

FAMILIES: dict[str, type[Any]] = {
    "datamaestro_resolvers": resolvers.Resolver,
    "datamaestro_repositories": repositories.Repository,
    "datamaestro_downloaders": downloaders.Downloader,
    "datamaestro_transformers": transformers.Transformer,
    "datamaestro_datatypes": datatypes.DataType,
}
"""The families whose hooks return records, and the record of each."""


@frozen
class Candidate:
    """A plugin that could be loaded.

    Args:
        module: dotted name.
        name: short name, by which it can be switched off.
        distribution: the package that brings it, with its version.
        entry_point: None for built-in plugins.
    """

    module: str
    name: str
    distribution: str
    entry_point: EntryPoint | None = None

    def load(self) -> object:
        """Import the module with its hooks."""
        return (
            importlib.import_module(self.module)
            if self.entry_point is None
            else (self.entry_point.load())
        )


@frozen
class Failure:
    """A plugin that does not work, and why, in one line."""

    candidate: Candidate
    reason: str


@frozen
class Provided:
    """A record and the plugin that provides it."""

    record: Any
    provider: Candidate

    @property
    def rank(self) -> tuple[bool, int]:
        """What decides among equals: anything before what is built in, then the priority."""
        return (self.provider.entry_point is not None, self.record.priority)


def find_candidates() -> Iterator[Candidate]:
    """Iterate over the built-in plugins, then over those of installed packages, sorted."""
    from datamaestro.version import __version__

    for module in BUILTINS:
        yield Candidate(module, module.removeprefix(PREFIX), f"datamaestro {__version__}")
    yield from find_entry_points()


def find_entry_points() -> Iterator[Candidate]:
    """Iterate over the plugins of installed packages, by name and module."""
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=PROJECT), key=lambda point: (point.name, point.value))
    for point in points:
        dist = point.dist
        distribution = f"{dist.metadata['Name']} {dist.version}" if dist else ""
        yield Candidate(point.value, point.name, distribution, point)


@define
class PluginManager:
    """The plugins that are loaded, those that failed and those that are switched off."""

    loaded: list[Candidate] = field(factory=list)
    failures: list[Failure] = field(factory=list)
    switched_off: list[Candidate] = field(factory=list)
    _manager: pluggy.PluginManager = field(factory=lambda: pluggy.PluginManager(PROJECT))
    _deaf: set[str] = field(factory=set)

    @classmethod
    def load(
        cls, candidates: Iterable[Candidate], switched_off: frozenset[str] = frozenset()
    ) -> PluginManager:
        """Import the candidates, except those that are switched off by module or short name."""
        manager = cls()
        for family in (resolvers, repositories, downloaders, transformers, datatypes, events):
            manager._manager.add_hookspecs(family)
        unknown = set(switched_off)
        for candidate in candidates:
            names = {candidate.name, candidate.module}
            unknown -= names
            if names & switched_off:
                manager.switched_off.append(candidate)
            elif candidate.module not in {other.module for other in manager.loaded}:
                manager._register(candidate)
        if unknown:
            log.warning("no such plugin to switch off: %s", ", ".join(sorted(unknown)))
        return manager

    def _register(self, candidate: Candidate) -> None:
        try:
            self._manager.register(candidate.load(), name=candidate.module)
            self._manager.check_pending()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's import may raise anything
            if self._manager.has_plugin(candidate.module):
                self._manager.unregister(name=candidate.module)
            self._fail(candidate, error)
        else:
            self.loaded.append(candidate)

    def _fail(self, candidate: Candidate, error: BaseException) -> None:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        self.failures.append(Failure(candidate, reason))
        origin = f" of {candidate.distribution}" if candidate.distribution else ""
        log.warning("plugin %s%s does not work: %s", candidate.name, origin, reason)

    def provided(self, hook: str) -> list[Provided]:
        """Return the records of a family in order of registration."""
        found: list[Provided] = []
        for candidate, function in self._implementations(hook):
            try:
                records = tuple(function())
                for record in records:
                    if not isinstance(record, FAMILIES[hook]):
                        expected = FAMILIES[hook].__name__
                        raise PluginError(f"{hook} gave {record!r}, not a {expected} record")
            except Exception as error:  # noqa: BLE001 - a stranger's hook may raise anything
                self._fail(candidate, error)
            else:
                found += [Provided(record, candidate) for record in records]
        return found

    def listeners(self) -> list[Candidate]:
        """Return the plugins that are told events."""
        return [candidate for candidate, _ in self._implementations("datamaestro_event")]

    def send(self, event: events.Event) -> None:
        """Pass an event on to every plugin that listens."""
        for candidate, function in self._implementations("datamaestro_event"):
            if candidate.module in self._deaf:
                continue
            try:
                function(event=event)
            except Exception as error:  # noqa: BLE001 - a stranger's hook may raise anything
                self._deaf.add(candidate.module)
                self._fail(candidate, error)

    def _implementations(self, hook: str) -> Iterator[tuple[Candidate, Any]]:
        by_module = {candidate.module: candidate for candidate in self.loaded}
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            yield by_module[implementation.plugin_name], implementation.function
