"""Keys: as long as a key is the same, what it stands for need not be compiled again."""

from __future__ import annotations

import json
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.index.files import Stamp, process_start, stamp, time_of
from datamaestro.index.installed import PLUGINS
from datamaestro.plugins.builtins import BUILTINS, PREFIX
from datamaestro.version import __version__

if TYPE_CHECKING:
    from datamaestro.index.installed import Distribution, Installed

OURS = ("datamaestro", "datamaestro_hookspecs", "datamaestro_plugins")

HARMLESS = ("demo", "image", "progress")
"""Built-in plugins that only have repositories, or only listen: on no card it shows whether they
are switched off."""


class Offer(NamedTuple):
    """A repository, as a plugin provides it.

    Args:
        name: of the repository.
        implementation: dotted path of its class.
        provider: the plugin, by its dotted name.
    """

    name: str
    implementation: str
    provider: str

    @property
    def package(self) -> str:
        """The outermost package of its class."""
        return self.implementation.partition(":")[0].partition(".")[0]


class Keys:
    """The keys that hold now.

    Args:
        installed: what the path has.
        switched_off: the names of plugins that are switched off.
    """

    def __init__(self, installed: Installed, switched_off: frozenset[str]) -> None:
        self.installed = installed
        self.switched_off = switched_off
        self._stamp = cache(stamp)
        self._facts = cache(_facts)
        self._providers = installed.providers()
        self._location = cache(_location)
        self._repositories: dict[tuple[Offer, bool], str | None] = {}

    @property
    def environment(self) -> str:
        """What tells this Python and its packages from others of the same user."""
        return _text([f"Python {sys.version}", sys.prefix, *self.installed.sites])

    @cached_property
    def survey(self) -> str:
        """The key of which repositories there are."""
        found = [
            [*self._facts(one), one.points, self._sources(one)]
            for one in self.installed.distributions.values()
        ]
        return _text([self.own, sorted(self.switched_off), sorted(found)])

    def repository(self, offer: Offer, *, flawed: bool) -> str | None:
        """Return the key of a repository's definitions; None where none can be trusted.

        Args:
            offer: what the plugin says of it.
            flawed: whether something of it could not be used: then it is tried again as soon as
                one of its files changes, or anything is installed or removed.
        """
        if (offer, flawed) not in self._repositories:
            self._repositories[offer, flawed] = self._repository(offer, flawed)
        return self._repositories[offer, flawed]

    def _repository(self, offer: Offer, flawed: bool) -> str | None:
        facts: list[Any] = [*offer, self.own, self._plugins, self._location(offer.package)]
        source = flawed
        if offer.provider not in BUILTINS:
            provider = self._providers.get(offer.provider)
            if provider is None:
                return None
            versions = self.installed.versions
            facts += [self._facts(provider)]
            facts += [[name, versions.get(name)] for name in provider.requires()]
            source = source or self._is_source(provider, offer.package)
        if source:
            facts += [self._stamp_of(offer).text]
        if flawed:
            facts += [time_of(site) for site in self.installed.sites]
        return _text(facts)

    def is_loaded_late(self, offer: Offer) -> bool:
        """Return whether what this process has imported of it may be older than what is there."""
        names = (offer.package, f"{offer.package}.")
        if not any(name == names[0] or name.startswith(names[1]) for name in sys.modules):
            return False
        times = [one.newest for one in (self._stamp_of(offer), *self._own_stamps)]
        if offer.provider not in BUILTINS:
            times += map(time_of, self.installed.sites)
        return max(times) >= process_start()

    @cached_property
    def own(self) -> list[str]:
        """What tells this datamaestro from others."""
        here = self.installed.distributions.get("datamaestro")
        recorded = "" if here is None or self._own_stamps else str(here.recorded)
        return [__version__, recorded, *(one.text for one in self._own_stamps)]

    @cached_property
    def _own_stamps(self) -> list[Stamp]:
        """The stamps of our own packages, where they are not installed for good."""
        here = self.installed.distributions.get("datamaestro")
        if here is not None and not self._is_source(here, OURS[0]):
            return []
        return [self._stamp(place) for name in OURS for place in self._location(name)]

    @cached_property
    def _plugins(self) -> list[Any]:
        """What plugins there are whose absence could show on a card."""
        names = set(BUILTINS) - {PREFIX + name for name in HARMLESS}
        names |= {module.removeprefix(PREFIX) for module in names}
        others = []
        for one in self.installed.distributions.values():
            for point in one.points:
                if point.group == PLUGINS:
                    names |= {point.name, point.value}
                    others.append(self._facts(one))
        return [sorted(self.switched_off & names), sorted(others)]

    def _sources(self, one: Distribution) -> list[str]:
        """Return the stamps of a distribution's plugins whose source may change at any time."""
        packages = {
            point.value.partition(":")[0].partition(".")[0]
            for point in one.points
            if point.group == PLUGINS
        }
        return [
            self._stamp(place).text
            for package in sorted(packages)
            if self._is_source(one, package)
            for place in self._location(package)
        ]

    def _is_source(self, one: Distribution, package: str) -> bool:
        """Return whether a package's files are not those that were installed for good."""
        places = self._location(package)
        installed = places and all(_folder_of(place, one.site) == one.site for place in places)
        return one.is_editable() or not installed

    def _stamp_of(self, offer: Offer) -> Stamp:
        """Return the stamp of the package that has a repository and its definitions."""
        stamps = [self._stamp(place) for place in self._location(offer.package)]
        newest = max((one.newest for one in stamps), default=0)
        return Stamp(" ".join(one.text for one in stamps), newest)


def _folder_of(place: str, likely: str) -> str:
    """Return the folder that a place is in, as pathlib writes it."""
    return likely if place.rpartition("/")[0] == likely else str(Path(place).parent)


def _facts(one: Distribution) -> list[str]:
    return [one.name, one.version, one.folder, str(one.recorded)]


def _location(package: str) -> list[str]:
    """Return from where a package is imported, or would be."""
    spec = getattr(sys.modules.get(package), "__spec__", None) or _find(package)
    if spec is None:
        return []
    return list(spec.submodule_search_locations or [spec.origin or ""])


def _find(package: str) -> Any:
    """Return the spec of an outermost package, importing nothing; None where there is none."""
    for finder in sys.meta_path:
        try:
            spec = finder.find_spec(package, None)
        except Exception:  # noqa: BLE001 - a stranger's finder may raise anything
            spec = None
        if spec is not None:
            return spec
    return None


def _text(facts: list[Any]) -> str:
    return json.dumps(facts)
