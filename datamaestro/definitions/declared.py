"""A data set that a function or a class declares: its card, and how its data object is built."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from attrs import asdict, define, evolve, field

from datamaestro.annotations import WAITING, Said, inherited
from datamaestro.definitions.abstract import AbstractDataset
from datamaestro.definitions.family import Variant
from datamaestro.definitions.home import home_of
from datamaestro.definitions.naming import split_docstring
from datamaestro.definitions.order import in_order
from datamaestro.download.future import FutureAttr
from datamaestro.download.resource import Resource
from datamaestro.errors import DatamaestroError, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.data import Base
    from datamaestro_hookspecs.cards import Card, ResourceCard


@define
class Facts:
    """What ``@dataset(...)`` was told, by the names of the card's fields."""

    url: str = ""
    homepage: str = ""
    license: str = ""
    citation: str = ""
    doi: str = ""
    version: str = ""
    timestamp: str = ""
    languages: tuple[str, ...] = ()
    size: int | None = None


@define(slots=False, eq=False)
class DatasetWrapper(AbstractDataset):
    """A data set that is declared by a function or a class.

    Args:
        target: the function or class.
        base: type of the data object.
        id: qualified name.
        facts: what ``@dataset`` was told.
        said: what the annotations say.
        variants: of a family, its axes.
        aliases: other ids.
        as_prepare: whether the function is given the data set, and sets up its resources itself.
        repository: in which it stands; None: as its module says.
    """

    target: Any
    base: type[Base]
    id: str
    facts: Facts
    said: Said
    variants: Any = None
    aliases: set[str] = field(factory=set)
    as_prepare: bool = False
    _repository: Any = None
    _cards: dict[tuple[str, str], Card] = field(factory=dict)
    _chosen: dict[Any, Variant] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.aliases.add(self.id)
        for value in self._attributes():
            value.belong_to(self)

    @property
    def repository(self) -> Any:
        """The repository in which it stands; None where it stands in none."""
        if self._repository is None:
            self._repository = home_of(self.target.__module__)
        return self._repository

    @repository.setter
    def repository(self, repository: Any) -> None:
        self._repository = repository

    @property
    def identity(self) -> str:
        """Its full name, ``id@repository``."""
        return f"{self.id}@{self.repository_name}"

    @property
    def resources(self) -> dict[str, Resource]:
        """Its resources by name: class attributes first, then decorators."""
        if self.as_prepare and not self.said.resources:
            self.target(self, None)
        resources: dict[str, Resource] = {}
        declared = [*self._attributes(), *self.decorators.values()]
        for resource in [each for one in declared for each in (*one.parts(), one)]:
            if resource.name in resources:
                raise DefinitionError(f"{self.where}: resource {resource.name} is declared twice")
            resource.belong_to(self)
            resources[resource.name] = resource
        return resources

    def _attributes(self) -> Iterator[Resource]:
        """Iterate over those that are attributes of a class or of its base classes."""
        attributes: dict[str, Any] = {}
        for ancestor in reversed(self.target.__mro__) if inspect.isclass(self.target) else ():
            attributes |= vars(ancestor)
        return (value for value in attributes.values() if isinstance(value, Resource))

    @property
    def decorators(self) -> dict[str, Resource]:
        """Those that stand as decorators, also over the base classes of a class."""
        found = dict(self.said.resources)
        for ancestor in self.target.__mro__[1:] if inspect.isclass(self.target) else ():
            if WAITING in vars(ancestor):
                found = vars(ancestor)[WAITING].resources | found
        return found

    @property
    def where(self) -> str:
        """The dotted name of its function or class."""
        return f"{self.target.__module__}.{self.target.__qualname__}"

    @property
    def name(self) -> str:  # type: ignore[override]
        """What it is, in one line."""
        return split_docstring(self.target.__doc__)[0]

    @property
    def description(self) -> str:
        """What it is, any number of lines."""
        return split_docstring(self.target.__doc__)[1]

    @property
    def url(self) -> str:  # type: ignore[override]
        """Its home page."""
        return self.facts.url

    @property
    def doi(self) -> str:  # type: ignore[override]
        """Its DOI."""
        return self.facts.doi

    @property
    def tags(self) -> set[str]:
        """Its tags, and those of the type of its data."""
        return self.said.tags | inherited(self.base, lambda said: said.tags)

    @property
    def tasks(self) -> set[str]:
        """Its tasks, and those of the type of its data."""
        return self.said.tasks | inherited(self.base, lambda said: said.tasks)

    @property
    def configtype(self) -> type[Base]:
        """The type of its data."""
        return self.base

    @property
    def t(self) -> Any:
        """What :attr:`target` was called in earlier versions."""
        return self.target

    @property
    def card(self) -> Card:
        """What is declared about it; made once, when all annotations have been read."""
        key = (self.id, self.repository_name)
        if key not in self._cards:
            try:
                self._cards[key] = evolve(super().card, **asdict(self.facts))
            except DefinitionError as error:
                raise error.within(self.identity) from error
        return self._cards[key]

    def _resource_cards(self) -> tuple[ResourceCard, ...]:
        return in_order(self.resources.values())

    def variant(self, chosen: Mapping[str, Any]) -> Variant:
        """Return one data set of a family, by the value of each of its axes."""
        key = tuple(sorted((axis, repr(value)) for axis, value in chosen.items()))
        return self._chosen.setdefault(key, Variant(self, chosen))

    def make(self, paths: Mapping[str, Path], chosen: Mapping[str, Any] | None = None) -> Base:
        """Return what the function or ``config()`` returns."""
        try:
            result = self._call(chosen or {})
            data = self.base(**result) if isinstance(result, dict) else result
        except DatamaestroError as error:
            raise error.within(self.id) from error
        except (Exception, SystemExit) as error:
            raise DefinitionError(
                f"{self.id}: its definition fails: {type(error).__name__}: {error}",
                hint=f"look at {self.where}",
            ) from error
        if not isinstance(data, self.base):
            returned = type(data).__name__
            raise DefinitionError(
                f"{self.id}: its definition returned {returned}, not {self.base.__name__}",
                hint=f"look at {self.where}",
            )
        return data

    def _call(self, chosen: Mapping[str, Any]) -> Any:
        if self.as_prepare:
            return self.target(self, None)
        if hasattr(self.target, "__create_dataset__"):
            return self.target.__create_dataset__(self)
        if not inspect.isclass(self.target):
            given = {name: resource.prepare() for name, resource in self.resources.items()}
            return self.target(**given, **chosen)
        given = {name: resource.prepare() for name, resource in self.decorators.items()}
        instance: Any = self.target()
        return instance.config(**given, **chosen)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or hasattr(type(self), name):
            return object.__getattribute__(self, name)  # which says what is wrong
        return FutureAttr(self, [name])
