"""The context: a data directory and the settings in force; where everything is asked for."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.catalogue import Catalogue
from datamaestro.data import Base
from datamaestro.data.parts import walk
from datamaestro.definitions.family import variant_of
from datamaestro.definitions.section import as_definition
from datamaestro.engine.ensure import ensure, plan_for, resource_paths
from datamaestro.engine.references import open_terms, references, refuse_circle, require_terms
from datamaestro.errors import UsageError
from datamaestro.plugins.registry import plugins
from datamaestro.reference import resolve
from datamaestro.repository import BaseRepository, Repository
from datamaestro.settings import load_settings
from datamaestro.store.current import using
from datamaestro.store.layout import Store
from datamaestro_hookspecs.cards import WHOLE, Definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datamaestro.engine.forecast import Forecast
    from datamaestro.engine.plan import Plan
    from datamaestro.engine.run import Check
    from datamaestro_hookspecs.cards import Card, Terms
    from datamaestro_hookspecs.repositories import RepositoryProtocol

__all__ = ["BaseRepository", "Context", "Repository"]

_at_work: ContextVar[Context | None] = ContextVar("datamaestro_context", default=None)


class Context:
    """A data directory, and how it is used.

    Args:
        path: the data directory; None: as the settings say.
        offline: make no request; None: as the settings say.
        keep_downloads: keep what arrived also where it has been expanded.
        jobs: files that arrive at the same time; None: as the settings say.
        rate: bytes per second of all transfers together, such as ``"2M"``; None: as the settings
            say.

    Raises:
        UsageError: a setting cannot be understood.
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        offline: bool | None = None,
        keep_downloads: bool = False,
        jobs: int | None = None,
        rate: str | float | None = None,
    ) -> None:
        self.settings = load_settings(
            directory=path, offline=offline, keep_downloads=keep_downloads, jobs=jobs, rate=rate
        )
        self.store = Store(self.settings.directory)
        self.plugins = plugins()
        self.catalogue = Catalogue(self.plugins)

    @staticmethod
    def instance() -> Context:
        """Return the context at work, else one with the settings in force now."""
        return _at_work.get() or Context()

    @contextmanager
    def _work(self) -> Iterator[None]:
        """Let this be the context at work meanwhile, for what definitions call back."""
        token = _at_work.set(self)
        try:
            with using(self.store):
                yield
        finally:
            _at_work.reset(token)

    @property
    def datapath(self) -> Path:
        """The folder of prepared data, a folder per repository."""
        return self.store.root / "data"

    def repositories(self) -> Iterator[RepositoryProtocol]:
        """Iterate over the repositories."""
        return (repository for _, repository in self.catalogue.repositories())

    def repository(self, name: str) -> RepositoryProtocol:
        """Return the repository of a name.

        Raises:
            PluginError: there is none, or it does not work.
        """
        return self.plugins.repository(name)

    def datasets(self) -> Iterator[Definition]:
        """Iterate over the definitions of all data sets."""
        return self.catalogue.definitions()

    def cards(self) -> Iterator[Card]:
        """Iterate over the cards of all data sets."""
        return self.catalogue.cards()

    def dataset(self, reference: object) -> Definition:
        """Return the definition that a reference names, or that ``@dataset`` made.

        Raises:
            DatasetNotFound: there is none of that id.
            UsageError: it is not a reference.
        """
        if isinstance(reference, str):
            return resolve(reference, self.plugins)
        if isinstance(reference, Base) and reference.__datamaestro_dataset__ is not None:
            return reference.__datamaestro_dataset__
        found = as_definition(reference) or reference
        if isinstance(found, Definition):
            return found
        raise UsageError(f"{reference!r} is neither an id nor a definition")

    def plan(self, definition: Definition) -> Plan:
        """Return what must still be done for a data set; no request is made."""
        with self._work():
            return plan_for(definition.card, self.store)

    def is_prepared(self, reference: object) -> bool:
        """Return whether all files of a data set, and of those it is made of, are on disk."""
        definition = self.dataset(reference)
        with self._work():
            plan = self.plan(definition)
            used = references(definition, plan, self.plugins)
            return plan.done and all(map(self.is_prepared, used))

    def open_terms(self, reference: object) -> dict[str, Terms]:
        """Return what the user has still to accept before a data set is fetched, by its id.

        The terms of the data sets that it is made of belong to it.
        """
        with self._work():
            return open_terms(self.dataset(reference), self.store, self.plugins)

    def forecast(
        self, reference: object, *, by_hand: Mapping[str, Path | str] | None = None
    ) -> Forecast:
        """Return what :meth:`prepare` would do, and whether it would succeed as far as can be told.

        Servers are asked whether they have the files, but nothing is downloaded.

        Args:
            reference: an id, or a definition.
            by_hand: as for :meth:`prepare`.

        Raises:
            DatasetNotFound: there is none of that id.
            UsageError: it is not a reference.
        """
        from datamaestro.engine.forecast import forecast

        definition = self.dataset(reference)
        files = self._by_hand(definition.card, by_hand or {})
        plan = self.plan(definition)
        with self._work():
            card = definition.card
            return forecast(card, plan, self.store, files, self.settings, self.plugins)

    def prepare(
        self,
        reference: object,
        *,
        variant: Mapping[str, Any] | None = None,
        download: bool = True,
        by_hand: Mapping[str, Path | str] | None = None,
    ) -> Any:
        """Return the data object of a data set, after bringing its files to disk.

        Args:
            reference: an id, or a definition.
            variant: which variant of a family, by axis.
            download: False: the files need not be there.
            by_hand: files that are there already, by the resource's name; for those that cannot be
                downloaded, or to save their download. They are checked like any other.

        Raises:
            DatamaestroError: it could not be done; the subclass says why.
        """
        with self._work():
            definition = variant_of(self.dataset(reference), variant)
            data = definition.build(resource_paths(definition.card, self.store))
            if download:
                self._bring(definition, data, by_hand or {}, ())
            return data

    def _bring(
        self,
        definition: Definition,
        data: object,
        by_hand: Mapping[str, Path | str],
        trail: tuple[str, ...],
    ) -> None:
        """Bring a data set to disk, after the data sets that it is made of.

        Args:
            definition: of it.
            data: its data object.
            by_hand: files that are there already, by the resource's name.
            trail: the data sets that need it, from the outside in.
        """
        card = definition.card
        refuse_circle(card.identity, trail)
        require_terms(card)
        files = self._by_hand(card, by_hand)
        plan = plan_for(card, self.store)
        for used in references(definition, plan, self.plugins):
            part = used.build(resource_paths(used.card, self.store))
            self._bring(used, part, {}, (*trail, card.identity))
        if not plan.done and hasattr(definition, "call_hooks"):
            definition.call_hooks("pre-download")
        checks = self._checks(card, data, resource_paths(card, self.store))
        ensure(definition, self.store, checks, files, self.settings, self.plugins)

    def _by_hand(self, card: Card, given: Mapping[str, Path | str]) -> dict[str, Path]:
        """Return the user's own files, each of which is there and of a resource of that name."""
        names = [resource.name for resource in card.resources if resource.source]
        for name, path in given.items():
            if name not in names:
                hint = f"it has {', '.join(names) or 'none that is fetched'}"
                raise UsageError(f"{card.identity} has no file {name!r}", hint=hint)
            if not Path(path).is_file():
                what = "is no regular file" if Path(path).exists() else "is not there"
                raise UsageError(f"{path} {what}", hint=f"it was given for {name}")
        return {name: Path(path) for name, path in given.items()}

    def _checks(self, card: Card, data: object, paths: Mapping[str, Path]) -> Mapping[str, Check]:
        """Return how the content of each resource is checked: as the types of its data say."""
        kinds = {datum.path: type(datum) for _, datum in walk(data) if hasattr(datum, "path")}
        inside = {name: {WHOLE: kinds[path]} for name, path in paths.items() if path in kinds}
        for resource in card.resources:
            if resource.folder:
                top = paths[resource.name]
                inside[resource.name] = {
                    path.relative_to(top).as_posix(): kind
                    for path, kind in kinds.items()
                    if isinstance(path, Path) and path.is_relative_to(top)
                }
        return {name: functools.partial(self._check, found) for name, found in inside.items()}

    def _check(self, kinds: Mapping[str, type], made: Path) -> None:
        """Check what has been made, before it is published.

        Args:
            kinds: types of the data in it, by path below it; what is not there is not looked at.
            made: file or folder.
        """
        for relative, kind in kinds.items():
            reader, place = self.plugins.datatype(kind), made / relative
            if reader is not None and place.exists():
                reader.check(place)
