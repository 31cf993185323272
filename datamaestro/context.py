"""The context: a data directory and the settings in force; where everything is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from datamaestro.catalogue import Catalogue
from datamaestro.data import Base
from datamaestro.data.parts import walk
from datamaestro.definitions.family import variant_of
from datamaestro.definitions.part import Part, no_such_part, whole_of
from datamaestro.definitions.section import as_definition
from datamaestro.download.datafolders import DatafolderPath, ResolvablePath
from datamaestro.engine.bringing import bring, users_files
from datamaestro.engine.current import plan_for
from datamaestro.engine.ensure import resource_paths
from datamaestro.engine.references import (
    all_needed,
    open_terms,
    references,
    unset_folders,
)
from datamaestro.errors import UsageError
from datamaestro.plugins.registry import dialects_in_use, plugins
from datamaestro.reference import resolve
from datamaestro.repository import BaseRepository, Repository
from datamaestro.settings import load_settings
from datamaestro.store.current import using
from datamaestro.store.layout import Store
from datamaestro_hookspecs.cards import Definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from datamaestro.checking.places import Place
    from datamaestro.checking.verdicts import Verdict
    from datamaestro.engine.forecast import Forecast
    from datamaestro.engine.plan import Plan
    from datamaestro.fetching import CachedFile
    from datamaestro_hookspecs.cards import Card, ResourceCard, Terms
    from datamaestro_hookspecs.repositories import RepositoryProtocol

__all__ = [
    "BaseRepository",
    "Context",
    "DatafolderPath",
    "Repository",
    "ResolvablePath",
    "find_dataset",
    "get_dataset",
    "prepare_dataset",
]

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
        found = self._named(reference)
        if isinstance(found, Part):
            self._datum(found, self._built(variant_of(found, None)))
        return found

    def _named(self, reference: object) -> Definition:
        """Return the definition that a reference names; whether a part is there, is not known."""
        if isinstance(reference, str):
            return resolve(reference, self.plugins)
        if isinstance(reference, Base) and reference.__datamaestro_dataset__ is not None:
            return reference.__datamaestro_dataset__
        found = as_definition(reference) or reference
        if isinstance(found, Definition):
            return found
        raise UsageError(f"{reference!r} is neither an id nor a definition")

    def _built(self, definition: Definition) -> object:
        """Return the data object of a data set; of the whole, where a part is named."""
        whole = whole_of(definition)
        with self._work():
            return whole.build(resource_paths(whole.card, self.store))

    def _datum(self, definition: Definition, data: object) -> Any:
        """Return what a definition names in the data object of its whole.

        Raises:
            DatasetNotFound: there is no such part; the error says what may have been meant.
        """
        if not isinstance(definition, Part):
            return data
        found = definition.inside(data)
        if found is None:
            raise no_such_part(definition, data, self.catalogue.near)
        return found

    def plan(self, definition: Definition) -> Plan:
        """Return what must still be done for a data set; no request is made."""
        with self._work():
            return plan_for(definition.card, self.store)

    def is_prepared(self, reference: object) -> bool:
        """Return whether all files of a data set, and of those it is made of, are on disk."""
        definition = whole_of(self.dataset(reference))
        with self._work():
            plan = self.plan(definition)
            used = references(definition, plan, self.plugins)
            return plan.done and all(map(self.is_prepared, used))

    def needed(self, reference: object) -> list[Definition]:
        """Return the definitions of a data set and of all those that it is made of, itself last."""
        with self._work():
            found = all_needed(whole_of(self.dataset(reference)), self.store, self.plugins)
            return [definition for definition, _ in found][::-1]

    def open_terms(self, reference: object) -> dict[str, Terms]:
        """Return what the user has still to accept before a data set is fetched, by its id.

        The terms of the data sets that it is made of belong to it.
        """
        with self._work():
            return open_terms(whole_of(self.dataset(reference)), self.store, self.plugins)

    def unset_folders(self, reference: object) -> list[str]:
        """Return the data folders that the user has still to set before a data set is prepared."""
        with self._work():
            return unset_folders(whole_of(self.dataset(reference)), self.store, self.plugins)

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
        plan = self.plan(definition)
        with self._work():
            return forecast(definition, plan, self.store, files, self.settings, self.plugins)

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
        with self._work():
            definition = variant_of(self._named(reference), variant)
            data = self._built(definition)
            datum = self._datum(definition, data)
            if download:
                whole, files = whole_of(definition), by_hand or {}
                bring(whole, data, files, self.store, self.settings, self.plugins)
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


def prepare_dataset(
    dataset_id: object,
    context: Context | Path | str | None = None,
    *,
    variant: Mapping[str, Any] | None = None,
    download: bool | None = None,
) -> Any:
    """Return the data object of a data set, after bringing its files to disk.

    Args:
        dataset_id: such as ``"com.lecun.mnist"`` or ``"com.lecun.mnist@image"``, or a part,
            ``"com.lecun.mnist.train.images"``; or what ``@dataset`` made; or a data object.
        context: where; a path is a data directory.
        variant: which variant of a family, by axis.
        download: False: the files need not be there. None: they are brought to disk now, unless
            somebody will do that when they are used, such as an experiment that is going on
            (``docs/experimaestro.md``).

    Raises:
        DatamaestroError: it could not be done; the subclass says why, its ``exit_code`` is the
            command's (:mod:`datamaestro.errors`).

    Example::

        ds = prepare_dataset("com.lecun.mnist")
        ds.train.images.data()  # a numpy array, uint8, (60000, 28, 28)
    """
    if download is None:
        download = not any(dialect.defers() for dialect in dialects_in_use())
    return _context(context).prepare(dataset_id, variant=variant, download=download)


def get_dataset(dataset_id: object, *, variant: Mapping[str, Any] | None = None) -> Any:
    """Return the data object of a data set; its files need not be there.

    Raises:
        DatamaestroError: there is no such data set, or its definition is broken.
    """
    return prepare_dataset(dataset_id, variant=variant, download=False)


def find_dataset(dataset_id: object, context: Context | Path | str | None = None) -> Definition:
    """Return the definition of a data set.

    Raises:
        DatasetNotFound: there is none of that id.
    """
    return _context(context).dataset(dataset_id)


def _context(given: Context | Path | str | None) -> Context:
    if isinstance(given, Context):
        return given
    return Context.instance() if given is None else Context(given)
