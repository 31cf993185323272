"""From what is asked for to the record that serves it, and to its implementation.

Listing records costs no import; an implementation is imported on first use and kept.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.errors import PluginError
from datamaestro.plugins.choice import best_of, make_implementation
from datamaestro.plugins.manager import TRANSFORMERS, UNPACKERS, PluginManager, Provided

if TYPE_CHECKING:
    from datamaestro.plugins.serving import Serves
    from datamaestro_hookspecs.events import Event

log = logging.getLogger("datamaestro")

MAGICAL = (TRANSFORMERS, UNPACKERS)
"""The families whose records may be found by what content begins with."""


@define
class LoadedPlugins:
    """What the loaded plugins add, and how it is found.

    Args:
        manager: of the loaded plugins.
    """

    manager: PluginManager
    _records: dict[str, list[Provided]] = field(factory=dict)
    _implementations: dict[str, Any] = field(factory=dict)
    _downloaders: dict[str, tuple[Any, Any]] = field(factory=dict)
    _warned: set[str] = field(factory=set)
    _unusable: dict[str, PluginError] = field(factory=dict)
    _lock: threading.RLock = field(factory=threading.RLock)

    def provided(self, family: str) -> list[Provided]:
        """Return all records of a family, by the name of its hook."""
        if family not in self._records:
            self._records[family] = self.manager.provided(family)
        return self._records[family]

    def send(self, event: Event) -> None:
        """Tell an event to every plugin that listens."""
        self.manager.send(event)

    def warn(self, message: str) -> None:
        """Log a warning, the first time that there is cause for it."""
        if message not in self._warned:
            self._warned.add(message)
            log.warning("%s", message)

    def serving(self, family: str, what: str, serves: Serves) -> tuple[Any, Any]:
        """Return the record that serves, and its implementation."""
        best = self._best(family, what, serves)
        dotted = best.record.implementation
        with self._lock:
            if dotted not in self._implementations:
                self._implementations[dotted] = make_implementation(family, best)
        return best.record, self._implementations[dotted]

    def found(self, family: str, what: str, serves: Serves, required: bool = False) -> Any:
        """Return the record that serves; None where none does and none is required."""
        if not required and not any(map(serves, self.provided(family))):
            return None
        return self._best(family, what, serves).record

    def _best(self, family: str, what: str, serves: Serves) -> Provided:
        known = self.provided(family)
        able = [provided for provided in known if serves(provided)]
        if not able:
            raise PluginError(f"no plugin for {what}", hint=self.who_would(family, serves))
        return best_of(family, what, able, known)

    def who_would(self, family: str, serves: Serves) -> str:
        """Return a hint: the plugin that is switched off, or what to look at."""
        families = MAGICAL if family in MAGICAL else (family,)  # either may be meant by a name
        off = [one for each in families for one in self.off.provided(each)]
        names = [one.provider.name for one in off if serves(one)]
        if names:
            return f"the plugin {names[0]} is switched off by DATAMAESTRO_PLUGINS"
        return "see: datamaestro plugins"

    @property
    def off(self) -> PluginManager:
        """The plugins that are switched off, loaded to see what is missed."""
        return PluginManager.load(self.manager.switched_off)
