"""The context: a data directory and the settings in force; what is asked of them."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from datamaestro.catalogue import Catalogue
from datamaestro.data.parts import walk
from datamaestro.definitions.family import variant_of
from datamaestro.definitions.part import datum_of, whole_of
from datamaestro.engine.bringing import bring, users_files
from datamaestro.engine.current import plan_for
from datamaestro.engine.ensure import resource_paths
from datamaestro.engine.references import (
    all_needed,
    choose_directories,
    open_terms,
    references,
    unset_folders,
)
from datamaestro.plugins.registry import plugins
from datamaestro.reference import definition_of
from datamaestro.settings import load_settings
from datamaestro.store.current import current_store, using
from datamaestro.store.layout import Store
from datamaestro.store.search_path import store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from datamaestro.checking.places import Place
    from datamaestro.checking.verdicts import Verdict
    from datamaestro.engine.forecast import Forecast
    from datamaestro.engine.plan import Plan
    from datamaestro.fetching import CachedFile
    from datamaestro.remote.context import RemoteContext
    from datamaestro_hookspecs.cards import Definition, ResourceCard, Terms
    from datamaestro_hookspecs.repositories import RepositoryProtocol

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

    @staticmethod
    def remote(
        host: str, pythonpath: str | None = None, datapath: Path | str | None = None
    ) -> RemoteContext:
        """Return the data directory of another computer, where ssh logs in; close it in the end.

        It has ``dataset()``, ``prepare()`` and ``search()``; its arguments and errors are those of
        :class:`datamaestro.remote.context.RemoteContext`.

        Example::

            with Context.remote("gpu.example.org") as there:
                there.prepare("com.lecun.mnist").train.images.path  # a path of that computer
        """
        from datamaestro.remote.context import RemoteContext

        return RemoteContext(host, pythonpath, datapath)

    @contextmanager
    def work(self) -> Iterator[Store]:
        """Let this be the context at work meanwhile, for what definitions call back.

        What is given is where data sets are looked for: the same to all that goes on inside.
        """
        store = current_store() if _at_work.get() is self else store_of(self.settings)
        token = _at_work.set(self)
        try:
            with using(store):
                yield store
        finally:
            _at_work.reset(token)

    @property
    def stores(self) -> tuple[Store, ...]:
        """The data directory, and after it the shared ones, as far as they can be read."""
        return store_of(self.settings).stores

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

    def dataset(self, reference: object) -> Definition:
        """Return the definition that a reference names, or that ``@dataset`` made.

        Raises:
            DatasetNotFound: there is none of that id.
            UsageError: it is not a reference.
        """
        with self.work():
            found = definition_of(reference, self.plugins)
        if whole_of(found) is not found:  # only its data tell whether there is such a part
            datum_of(found, self._built(variant_of(found, None)), self.catalogue.near)
        return found

    def _built(self, definition: Definition) -> object:
        """Return the data object of a data set; of the whole, where a part is named."""
        whole = whole_of(definition)
        with self.work() as store:
            choose_directories(whole, store, self.plugins)
            return whole.build(resource_paths(whole.card, store))

    def plan(self, definition: Definition) -> Plan:
        """Return what must still be done for a data set; no request is made."""
        with self.work() as store:
            choose_directories(definition, store, self.plugins)
            return plan_for(definition.card, store)

    def is_prepared(self, reference: object) -> bool:
        """Return whether all files of a data set, and of those it is made of, are on disk."""
        definition = whole_of(self.dataset(reference))
        with self.work():
            plan = self.plan(definition)
            used = references(definition, plan, self.plugins)
            return plan.done and all(map(self.is_prepared, used))

    def needed(self, reference: object) -> list[Definition]:
        """Return the definitions of a data set and of all those that it is made of, itself last."""
        with self.work() as store:
            found = all_needed(whole_of(self.dataset(reference)), store, self.plugins)
            return [definition for definition, _ in found][::-1]

    def open_terms(self, reference: object) -> dict[str, Terms]:
        """Return what the user has still to accept before a data set is fetched, by its id.

        The terms of the data sets that it is made of belong to it.
        """
        with self.work() as store:
            return open_terms(whole_of(self.dataset(reference)), store, self.plugins)

    def unset_folders(self, reference: object) -> list[str]:
        """Return the data folders that the user has still to set before a data set is prepared."""
        with self.work() as store:
            return unset_folders(whole_of(self.dataset(reference)), store, self.plugins)

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
        files = users_files(definition.card, by_hand or {})
        with self.work() as store:
            plan = self.plan(definition)
            return forecast(definition, plan, store, files, self.settings, self.plugins)

    def check_sources(self, references: Iterable[object]) -> Iterator[Verdict]:
        """Iterate over whether the sources of data sets are still there, in no order.

        Nothing is downloaded or written; whoever stops iterating stops the requests.

        Args:
            references: ids, or definitions.

        Raises:
            DatasetNotFound: there is none of an id.
            UsageError: one is no reference.
        """
        from datamaestro.checking.places import places_of

        definitions = map(self.dataset, references)
        return self.check_places(
            place for definition in definitions for place in places_of(definition, self.store)
        )

    def check_resource(self, resource: ResourceCard) -> Iterator[Verdict]:
        """Iterate over whether each source of a resource is still there."""
        from datamaestro.checking.places import Place

        urls = resource.source.urls if resource.source else ()
        return self.check_places(Place("", resource, url) for url in urls)

    def check_places(self, places: Iterable[Place]) -> Iterator[Verdict]:
        """Iterate over whether files are still where they are published, in no order."""
        from datamaestro.checking.sources import check_places

        return check_places(places, self.store, self.settings, self.plugins)

    def prepare(
        self,
        reference: object,
        *,
        variant: Mapping[str, Any] | None = None,
        download: bool = True,
        by_hand: Mapping[str, Path | str] | None = None,
    ) -> Any:
        """Return the data object of a data set, or of a part, after bringing its files to disk.

        Where a part is named, all files of the whole are brought to disk.

        Args:
            reference: an id, or a definition.
            variant: which variant of a family, by axis.
            download: False: the files need not be there.
            by_hand: files that are there already, by the resource's name; for those that cannot be
                downloaded, or to save their download. They are checked like any other.

        Raises:
            DatamaestroError: it could not be done; the subclass says why.
        """
        with self.work() as store:
            definition = variant_of(definition_of(reference, self.plugins), variant)
            plan = choose_directories(whole_of(definition), store, self.plugins)
            data = self._built(definition)
            datum = datum_of(definition, data, self.catalogue.near)
            if download:
                whole, files = whole_of(definition), by_hand or {}
                folder = store.data(whole.card)
                bring(whole, data, files, store, self.settings, self.plugins, plan=plan)
                if store.data(whole.card) != folder:  # it was made here after all
                    datum = datum_of(definition, self._built(definition), self.catalogue.near)
                if not whole.card.resources and not self.settings.offline:
                    for _, each in walk(datum):
                        each.fetch_elsewhere()
            return datum

    def downloadURL(self, url: str, size: int | None = None) -> CachedFile:  # noqa: N802 - public
        """Fetch a file by its URL alone, for code of definitions.

        Returns:
            an object whose ``path`` is the file; used in a ``with`` block, after which it goes.

        Raises:
            DatamaestroError: it could not be fetched.
        """
        from datamaestro.fetching import CachedFile

        return CachedFile(self, url, size)
