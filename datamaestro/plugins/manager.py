"""The typed facade over pluggy, the only module of the core that touches it.

It imports plugins, asks each for its records and passes events on. What goes wrong in one plugin
is kept as a :class:`Failure` and costs one warning line, never the command.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import define, field, frozen

from datamaestro.errors import PluginError
from datamaestro_hookspecs import (
    datatypes,
    dialects,
    downloaders,
    encoders,
    events,
    repositories,
    resolvers,
    transformers,
    transports,
    unpackers,
)
from datamaestro_hookspecs.markers import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.plugins.candidates import Candidate

log = logging.getLogger("datamaestro")


@frozen
class Family:
    """What a family's hook returns, and what the records' implementations have to do."""

    record: type[Any]
    protocol: type[Any]


SPECIFICATIONS = (
    resolvers,
    repositories,
    downloaders,
    transformers,
    unpackers,
    datatypes,
    dialects,
    encoders,
    transports,
    events,
)
"""The modules of all families."""

RESOLVERS = "datamaestro_resolvers"
REPOSITORIES = "datamaestro_repositories"
DOWNLOADERS = "datamaestro_downloaders"
TRANSFORMERS = "datamaestro_transformers"
UNPACKERS = "datamaestro_unpackers"
DATATYPES = "datamaestro_datatypes"
DIALECTS = "datamaestro_dialects"
ENCODERS = "datamaestro_encoders"
TRANSPORTS = "datamaestro_transports"

FAMILIES = {
    RESOLVERS: Family(resolvers.Resolver, resolvers.ResolverProtocol),
    REPOSITORIES: Family(repositories.Repository, repositories.RepositoryProtocol),
    DOWNLOADERS: Family(downloaders.Downloader, downloaders.DownloaderProtocol),
    TRANSFORMERS: Family(transformers.Transformer, transformers.TransformerProtocol),
    UNPACKERS: Family(unpackers.Unpacker, unpackers.UnpackerProtocol),
    DATATYPES: Family(datatypes.DataType, datatypes.DataTypeProtocol),
    DIALECTS: Family(dialects.Dialect, dialects.DialectProtocol),
    ENCODERS: Family(encoders.Encoder, encoders.EncoderProtocol),
    TRANSPORTS: Family(transports.Transport, transports.TransportProtocol),
}
"""The families whose hooks return records, by the names of their hooks."""


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
        return (not self.provider.builtin, self.record.priority)


@define
class PluginManager:
    """The plugins that are loaded, those that failed and those that are switched off."""

    loaded: list[Candidate] = field(factory=list)
    failures: list[Failure] = field(factory=list)
    switched_off: list[Candidate] = field(factory=list)
    _manager: pluggy.PluginManager = field(factory=lambda: pluggy.PluginManager(PROJECT))
    _deaf: set[str] = field(factory=set)
    _listening: list[tuple[Candidate, Any]] | None = None

    @classmethod
    def load(
        cls, candidates: Iterable[Candidate], switched_off: frozenset[str] = frozenset()
    ) -> PluginManager:
        """Import the candidates, except those that are switched off by module or short name."""
        manager = cls()
        for specifications in SPECIFICATIONS:
            manager._manager.add_hookspecs(specifications)
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
        log.warning("plugin %s does not work: %s", candidate, reason)
        log.debug("plugin %s", candidate, exc_info=error)

    def provided(self, hook: str) -> list[Provided]:
        """Return the records of a family in order of registration."""
        found: list[Provided] = []
        for candidate, function in self._implementations(hook):
            try:
                records = tuple(function())
                for record in records:
                    if not isinstance(record, FAMILIES[hook].record):
                        expected = FAMILIES[hook].record.__name__
                        raise PluginError(f"{hook} gave {record!r}, not a {expected} record")
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's hook may raise anything
                self._fail(candidate, error)
            else:
                found += [Provided(record, candidate) for record in records]
        return found

    def listeners(self) -> list[Candidate]:
        """Return the plugins that are told events."""
        return [candidate for candidate, _ in self._told()]

    def send(self, event: events.Event) -> None:
        """Pass an event on to every plugin that listens."""
        for candidate, function in self._told():
            if candidate.module in self._deaf:
                continue
            try:
                function(event=event)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's hook may raise anything
                self._deaf.add(candidate.module)
                self._fail(candidate, error)

    def _told(self) -> list[tuple[Candidate, Any]]:
        """Return who is told events, found out once for the very many that there may be."""
        if self._listening is None:
            self._listening = list(self._implementations("datamaestro_event"))
        return self._listening

    def _implementations(self, hook: str) -> Iterator[tuple[Candidate, Any]]:
        by_module = {candidate.module: candidate for candidate in self.loaded}
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            yield by_module[implementation.plugin_name], implementation.function
