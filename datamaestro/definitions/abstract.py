"""A data set in general: what a resolver, a repository or ``@dataset`` makes."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

from datamaestro.annotations import said_of
from datamaestro.data import Base, belongs_to
from datamaestro.data.notation import plain_objects
from datamaestro.definitions.order import is_alone
from datamaestro.definitions.parts import name_parts
from datamaestro.definitions.types import types_of
from datamaestro.download.making import staged_datapath, written_by
from datamaestro.download.work import at_work_for, is_at_work, place_at_work, refuse_circle
from datamaestro.errors import DefinitionError
from datamaestro.store.current import current_store
from datamaestro.store.layout import CUSTOM
from datamaestro_hookspecs.cards import NOWHERE, Card, ResourceCard, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.download.resource import Resource

ALL = "download"
"""The one resource of a data set that brings itself to disk."""


class AbstractDataset(ABC):
    """A data set; what :class:`datamaestro_hookspecs.cards.Definition` asks for.

    Repositories whose data sets do not stand in modules, and resolvers, derive from it. There are
    two ways: ``card`` says what is declared and ``make`` makes the data object; or the attributes
    below say it, and ``_prepare`` makes the data object.

    Args:
        repository: that it belongs to; None: to none.
    """

    id: str
    name: str = ""
    url: str = ""
    doi: str = ""
    version: str | None = None
    timestamp: str | bool | None = None
    repository: Any = None
    variants: Any = None
    configtype: ClassVar[Any] = None
    """The type of its data; a property in many a subclass."""

    def __init__(self, repository: Any = None) -> None:
        self.repository = repository
        self.aliases: set[str] = set()

    @property
    def description(self) -> str:
        """What it is, any number of lines."""
        return ""

    @property
    def tags(self) -> set[str]:
        """Its tags."""
        return said_of(self).tags

    @property
    def tasks(self) -> set[str]:
        """Its tasks."""
        return said_of(self).tasks

    @property
    def identity(self) -> str:
        """Its full name, ``id@repository``."""
        return self.card.identity

    @property
    def repository_name(self) -> str:
        """The name of its repository."""
        name: str = getattr(self.repository, "name", None) or self.repository or CUSTOM
        return name

    @property
    def resources(self) -> Mapping[str, Resource]:
        """Its resources by name, and those that come with them."""
        declared = said_of(self).resources
        return {part.name: part for one in declared.values() for part in one.parts()} | declared

    @property
    def ordered_resources(self) -> list[Resource]:
        """Its resources, in the order of their declaration."""
        return list(self.resources.values())

    @property
    def card(self) -> Card:
        """What is declared about it."""
        from datamaestro.variants.cards import axes_of

        kind = self.configtype
        return Card(
            id=self.id,
            repository=self.repository_name,
            name=self.name or "",
            description=self.description or "",
            url=self.url or "",
            tags=tuple(sorted(self.tags)),
            tasks=tuple(sorted(self.tasks)),
            types=types_of(kind) if kind else (),
            doi=self.doi or "",
            version=self.version or "",
            axes=axes_of(self.variants) if self.variants is not None else (),
            resources=self._resource_cards(),
            aliases=tuple(sorted(set(self.aliases) - {self.id})),
            terms=tuple(Terms(terms.id or self.id, terms.message) for terms in said_of(self).terms),
        )

    def _resource_cards(self) -> tuple[ResourceCard, ...]:
        if type(self).download is not AbstractDataset.download:
            itself = written_by(type(self).download)
            return (ResourceCard(name=ALL, path=NOWHERE, derivation=itself),)
        found = self.resources.values()
        for resource in found:
            resource.belong_to(self)
        return tuple(resource.card(alone=is_alone(found)) for resource in found)

    # What is on disk

    @property
    def context(self) -> Context:
        """The context in which it is used."""
        from datamaestro import Context

        return Context.instance()

    @property
    def datapath(self) -> Path:
        """Its folder in the data directory, or the one in which something of it is being made."""
        return staged_datapath(self) or self._folder

    def path_of(self, resource: Resource) -> Path:
        """Return the final place of one of its resources."""
        place = place_at_work(self, resource.name)
        if place is not None:
            return place
        return self._folder / resource.card(alone=is_alone(self.resources.values())).path

    @property
    def _folder(self) -> Path:
        if type(self).datapath is not AbstractDataset.datapath:
            return self.datapath
        if not hasattr(self, "id"):
            return current_store().data(self.card)
        return current_store().folder(self.repository_name, self.id)

    def places(self) -> dict[str, Path]:
        """Return the final place of each of its resources that has one, by name."""
        card, store = self.card, current_store()
        return {
            one.name: store.path(card, one.path) for one in card.resources if one.path != NOWHERE
        }

    def has_files(self) -> bool:
        """Return whether it has files of its own, and is not made of other data sets alone."""
        return any(one.path != NOWHERE for one in self.card.resources)

    hasfiles = has_files

    def is_prepared(self) -> bool:
        """Return whether all its files are on disk."""
        return self.context.is_prepared(self)

    # What it is made into

    def make(self, paths: Mapping[str, Path]) -> Any:
        """Return the data object, given the final path of each resource by name."""
        return self.prepare(download=False)

    def _prepare(self) -> Any:
        raise DefinitionError(f"{self.id} does not say what its data are")

    def build(self, paths: Mapping[str, Path]) -> Any:
        """Return the data object, with an id on each datum in it.

        As long as somebody has it, it is the same object each time.

        Raises:
            DefinitionError: the definition's code fails, or returns something else.
        """
        known: WeakValueDictionary[Any, Any]
        known = vars(self).setdefault("__built__", WeakValueDictionary())
        key = tuple(sorted(paths.items()))
        data = known.get(key)
        if data is None:
            refuse_circle(self)
            with at_work_for(self, paths), plain_objects():
                self.call_hooks("pre-use")
                data = self.make(paths)
            if not isinstance(data, Base):
                raise DefinitionError(f"{self.data_id}: {data!r} is no data")
            belongs_to(data, self)
            name_parts(data, self.data_id, self.card.repository, self)
            known[key] = data
        return data

    @property
    def data_id(self) -> str:
        """The id of the data object, without its repository."""
        return self.card.id

    def prepare(
        self, download: bool = False, variant_kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the data object.

        Args:
            download: whether to bring its files to disk first.
            variant_kwargs: which variant of a family, by axis.
        """
        from datamaestro.definitions.family import variant_of

        chosen = variant_of(self, variant_kwargs)
        if download:
            return self.context.prepare(chosen)
        if is_at_work(chosen) and type(chosen).make is AbstractDataset.make:
            return chosen._prepare()
        return chosen.build(chosen.places())

    __call__ = prepare

    def download(self, force: bool = False) -> bool:
        """Bring its files to disk.

        Returns:
            True.

        Raises:
            DatamaestroError: it could not be done.
        """
        self.context.prepare(self)
        return True

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make a derived resource, or have its data set brought to disk."""
        with at_work_for(self, {**self.places(), **inputs}):
            if resource in self.resources:
                self.resources[resource].derive(output, inputs)
            elif self.download() is False:
                raise DefinitionError(f"{self.id} says that it could not be downloaded")

    @staticmethod
    def find(name: str, context: Context | None = None) -> Any:
        """Return the data set of an id.

        Raises:
            DatasetNotFound: there is none.
        """
        from datamaestro import Context

        return (context or Context.instance()).dataset(name)

    # Hooks

    def register_hook(self, moment: str, function: Callable[[Any], object]) -> None:
        """Have a function called with this data set at some moment, as ``hook`` does."""
        said_of(self).hooks.setdefault(moment, []).append(function)

    def call_hooks(self, moment: str) -> None:
        """Call the functions of a moment.

        Raises:
            DefinitionError: one fails.
        """
        for function in said_of(self).hooks.get(moment, ()):
            try:
                function(self)
            except Exception as error:
                raise DefinitionError(f"{self.id}: its {moment} hook: {error}") from error
