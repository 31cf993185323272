"""Which record serves a name, a scheme, a suffix, a prefix or a type, and its implementation.

Listing records costs no import; an implementation is imported on first use and kept.
"""

from __future__ import annotations

import functools
import logging
import pkgutil
import threading
from typing import TYPE_CHECKING, Any, cast

from attrs import define, field

from datamaestro.errors import PluginError
from datamaestro.plugins.candidates import find_candidates
from datamaestro.plugins.manager import FAMILIES, PluginManager, Provided
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro_hookspecs.datatypes import DataTypeProtocol
    from datamaestro_hookspecs.downloaders import Downloader, DownloaderProtocol
    from datamaestro_hookspecs.events import Event
    from datamaestro_hookspecs.repositories import RepositoryProtocol
    from datamaestro_hookspecs.resolvers import ResolverProtocol
    from datamaestro_hookspecs.transformers import Transformer, TransformerProtocol

log = logging.getLogger("datamaestro")

BARE = "id"
"""The prefix that a bare id stands for."""

CATALOGUE = "datamaestro_plugins.catalogue"
"""The only plugin that may resolve bare ids."""


@define
class Plugins:
    """What the loaded plugins add, and who serves what."""

    manager: PluginManager
    _records: dict[str, list[Provided]] = field(factory=dict)
    _implementations: dict[str, Any] = field(factory=dict)
    _warned: set[str] = field(factory=set)
    _lock: threading.RLock = field(factory=threading.RLock)

    def provided(self, hook: str) -> list[Provided]:
        """Return all records of a family, by the name of its hook."""
        if hook not in self._records:
            self._records[hook] = self.manager.provided(hook)
        return self._records[hook]

    def send(self, event: Event) -> None:
        """Tell an event to every plugin that listens."""
        self.manager.send(event)

    def warn(self, message: str) -> None:
        """Log a warning, the first time that there is cause for it."""
        if message not in self._warned:
            self._warned.add(message)
            log.warning("%s", message)

    def prefixes(self, *, switched_off: bool = False) -> set[str]:
        """Return the prefixes that have a resolver, or would have one."""
        hook = "datamaestro_resolvers"
        found = self._switched_off.provided(hook) if switched_off else self.provided(hook)
        return {provided.record.prefix for provided in found}

    def resolver(self, prefix: str) -> ResolverProtocol:
        """Return the resolver of a prefix; bare ids belong to the catalogue alone."""

        def serves(provided: Provided) -> bool:
            return provided.record.prefix == prefix and (
                prefix != BARE or provided.provider.module == CATALOGUE
            )

        found = self._best("datamaestro_resolvers", f"the prefix {prefix}:", serves)
        return cast("ResolverProtocol", self._implementation("datamaestro_resolvers", found))

    def downloader(self, url: str) -> tuple[Downloader, DownloaderProtocol]:
        """Return the downloader of a URL."""
        scheme = url.partition(":")[0].lower()
        found = self._best(
            "datamaestro_downloaders",
            f"URLs of the scheme {scheme}: ({shown(url)})",
            lambda provided: scheme in provided.record.schemes,
        )
        work = self._implementation("datamaestro_downloaders", found)
        return found.record, cast("DownloaderProtocol", work)

    def transformer(self, name: str) -> TransformerProtocol:
        """Return the transformer of a name."""
        found = self._best(
            "datamaestro_transformers",
            f"the transformation {name}",
            lambda provided: provided.record.name == name,
            by_name=True,
        )
        return cast("TransformerProtocol", self._implementation("datamaestro_transformers", found))

    def transformer_for(self, path: str, *, required: bool = False) -> Transformer | None:
        """Return the record of the transformer that a path's suffix asks for.

        Raises:
            PluginError: one is required, and there is none.
        """

        def serves(provided: Provided) -> bool:
            return path.lower().endswith(provided.record.suffixes)

        hook = "datamaestro_transformers"
        if not required and not any(serves(provided) for provided in self.provided(hook)):
            return None
        what = f"the suffix of {path}"
        return cast("Transformer", self._best(hook, what, serves).record)

    def datatype(self, kind: type) -> DataTypeProtocol | None:
        """Return the reader of a type of data, or of its nearest ancestor that has one."""
        for dotted in _ancestors(kind):
            serves = functools.partial(_reads, (dotted,))
            if any(serves(provided) for provided in self.provided("datamaestro_datatypes")):
                found = self._best("datamaestro_datatypes", f"data of the type {dotted}", serves)
                return cast(
                    "DataTypeProtocol", self._implementation("datamaestro_datatypes", found)
                )
        return None

    def reader(self, kind: type) -> DataTypeProtocol:
        """Return the reader of a type of data, which there must be."""
        found = self.datatype(kind)
        if found is None:
            hint = self._who_would(
                "datamaestro_datatypes", functools.partial(_reads, _ancestors(kind))
            )
            raise PluginError(f"no plugin reads data of the type {kind.__name__}", hint=hint)
        return found

    def repositories(self) -> list[str]:
        """Return the names of the repositories, those of installed packages first."""
        provided = self.provided("datamaestro_repositories")
        ranked = sorted(provided, key=lambda provided: provided.rank, reverse=True)
        return list(dict.fromkeys(provided.record.name for provided in ranked))

    def repository(self, name: str) -> RepositoryProtocol:
        """Return the repository of a name."""
        found = self._best(
            "datamaestro_repositories",
            f"the repository {name}",
            lambda provided: provided.record.name == name,
        )
        return cast("RepositoryProtocol", self._implementation("datamaestro_repositories", found))

    def _best(
        self,
        hook: str,
        what: str,
        serves: Callable[[Provided], bool],
        *,
        by_name: bool = False,
    ) -> Provided:
        found = [provided for provided in self.provided(hook) if serves(provided)]
        if not found:
            raise PluginError(f"no plugin for {what}", hint=self._who_would(hook, serves))
        best = max(found, key=lambda provided: provided.rank)
        equals = found if by_name else [other for other in found if other.rank == best.rank]
        _refuse_conflict(what, equals)
        namesakes = [
            other for other in self.provided(hook) if other.record.name == best.record.name
        ]
        if hook != "datamaestro_repositories":
            _refuse_conflict(f"the name {best.record.name}", namesakes)
        return best

    def _who_would(self, hook: str, serves: Callable[[Provided], bool]) -> str:
        """Return a hint: the plugin that is switched off, or what to look at."""
        off = self._switched_off.provided(hook)
        names = [provided.provider.name for provided in off if serves(provided)]
        if names:
            return f"the plugin {names[0]} is switched off by DATAMAESTRO_PLUGINS"
        return "see: datamaestro plugins"

    @property
    def _switched_off(self) -> PluginManager:
        """The plugins that are switched off, loaded to see what is missed."""
        return PluginManager.load(self.manager.switched_off)

    def _implementation(self, hook: str, provided: Provided) -> Any:
        dotted = provided.record.implementation
        with self._lock:
            if dotted not in self._implementations:
                self._implementations[dotted] = make_implementation(hook, provided)
        return self._implementations[dotted]


def make_implementation(hook: str, provided: Provided) -> Any:
    """Import and make what a record names.

    Raises:
        PluginError: that fails, or it does not do what its family does; the message names the
            plugin and its package.
    """
    dotted = provided.record.implementation
    try:
        made = pkgutil.resolve_name(dotted)()
        if not isinstance(made, FAMILIES[hook].protocol):
            raise TypeError(f"{dotted} is no {FAMILIES[hook].record.__name__.lower()}")
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {provided.provider}: {dotted} cannot be used: {type(error).__name__}: {error}",
            hint="mend, reinstall or remove that package",
        ) from error
    return made


def _ancestors(kind: type) -> tuple[str, ...]:
    return tuple(f"{ancestor.__module__}:{ancestor.__qualname__}" for ancestor in kind.__mro__)


def _reads(types: tuple[str, ...], provided: Provided) -> bool:
    return provided.record.type in types


def _refuse_conflict(what: str, equals: Sequence[Provided]) -> None:
    if len(equals) > 1:
        providers = " and ".join(str(provided.provider) for provided in equals)
        raise PluginError(
            f"two plugins provide {what}: {providers}",
            hint="remove one, or switch it off: DATAMAESTRO_PLUGINS=-name",
        )


_loading = threading.Lock()


def plugins() -> Plugins:
    """Return the plugins of this process, loaded on first use."""
    with _loading:
        return _load_once()


@functools.cache
def _load_once() -> Plugins:
    from datamaestro.settings import plugins_switched_off

    return Plugins(PluginManager.load(find_candidates(), plugins_switched_off()))


def forget_plugins() -> None:
    """Load plugins anew when they are next used, such as in another test."""
    _load_once.cache_clear()
