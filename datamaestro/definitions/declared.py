"""A declared data set: its card, and how its data object is built."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.annotations import WAITING, Said, inherited
from datamaestro.data import Base
from datamaestro.data.parts import items_of
from datamaestro.definitions.naming import split_docstring
from datamaestro.download.resource import PATHS, Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import Card

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CUSTOM = "__custom__"
"""The repository of definitions that stand in none, such as those of a script."""


class AbstractDataset(ABC):
    """A data set; what :class:`datamaestro_hookspecs.cards.Definition` asks for.

    Resolvers of other kinds of names derive from it: ``card`` says what is declared, ``make``
    makes the data object.
    """

    @property
    @abstractmethod
    def card(self) -> Card:
        """What is declared about it."""

    @abstractmethod
    def make(self, paths: Mapping[str, Path]) -> Base:
        """Return the data object, given the final path of each resource by name."""

    def build(self, paths: Mapping[str, Path]) -> Base:
        """Return the data object, with an id on each datum in it.

        Raises:
            DefinitionError: the definition's code fails, or returns something else.
        """
        data, card = self.make(paths), self.card
        name_parts(data, card.id, card.repository)
        return data

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make a derived resource."""
        raise DefinitionError(f"{self.card.identity}: resource {resource} is not made from others")


@define
class Facts:
    """What ``@dataset(...)`` was told, as it goes onto the card."""

    url: str = ""
    license: str = ""
    citation: str = ""
    doi: str = ""


@define(slots=False, eq=False)
class DatasetWrapper(AbstractDataset):
    """A data set that is declared by a function or a class.

    Args:
        target: the function or class.
        base: type of the data object.
        id: qualified name.
        facts: what ``@dataset`` was told.
        said: what the annotations say.
        repository: name of the repository in which it was found.
    """

    target: Any
    base: type[Base]
    id: str
    facts: Facts
    said: Said
    repository: str = field(default=CUSTOM)
    _cards: dict[tuple[str, str], Card] = field(factory=dict)

    @property
    def resources(self) -> dict[str, Resource]:
        """Its resources by name: class attributes first, then decorators."""
        ancestors = reversed(self.target.__mro__) if inspect.isclass(self.target) else ()
        attributes: dict[str, Any] = {}
        for ancestor in ancestors:
            attributes |= vars(ancestor)
        found = [value for value in attributes.values() if isinstance(value, Resource)]
        resources: dict[str, Resource] = {}
        for resource in [*found, *self.decorators.values()]:
            if resource.name in resources:
                raise DefinitionError(f"{self.where}: resource {resource.name} is declared twice")
            resources[resource.name] = resource
        return resources

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
    def card(self) -> Card:
        """What is declared about it; made once, when all annotations have been read."""
        key = (self.id, self.repository)
        if key not in self._cards:
            try:
                self._cards[key] = self._make_card()
            except DefinitionError as error:
                raise error.within(f"{self.id}@{self.repository}") from error
        return self._cards[key]

    def _make_card(self) -> Card:
        name, description = split_docstring(self.target.__doc__)
        resources = self.resources.values()
        return Card(
            id=self.id,
            repository=self.repository,
            name=name,
            description=description,
            url=self.facts.url,
            tags=tuple(sorted(self.said.tags | inherited(self.base, lambda said: said.tags))),
            tasks=tuple(sorted(self.said.tasks | inherited(self.base, lambda said: said.tasks))),
            types=types_of(self.base),
            license=self.facts.license,
            citation=self.facts.citation,
            doi=self.facts.doi,
            resources=tuple(each.card(alone=len(resources) == 1) for each in resources),
        )

    def make(self, paths: Mapping[str, Path]) -> Base:
        """Return what the function or ``config()`` returns."""
        try:
            result = self._call(paths)
            data = self.base(**result) if isinstance(result, dict) else result
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

    def _call(self, paths: Mapping[str, Path]) -> Any:
        if not inspect.isclass(self.target):
            return self.target(**paths)
        instance: Any = self.target()
        vars(instance)[PATHS] = paths
        given = {name: paths[name] for name in self.decorators}
        return instance.config(**given)

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make a derived resource."""
        self.resources[resource].derive(output, inputs)


def types_of(kind: type[Base]) -> tuple[str, ...]:
    """Return a type of data and its ancestors, as a card has them."""
    return tuple(
        f"{ancestor.__module__}:{ancestor.__qualname__}"
        for ancestor in kind.__mro__
        if issubclass(ancestor, Base)
    )


def name_parts(data: Base, name: str, repository: str) -> None:
    """Give each datum without an id its own: ``<id>.<path to it>@<repository>``.

    What is inside a datum that has an id already keeps its names, too.
    """
    if data.id:
        return
    data.id = f"{name}@{repository}"
    for key, value in items_of(data):
        _name_value(value, f"{name}.{key}", repository)


def _name_value(value: object, name: str, repository: str) -> None:
    if isinstance(value, Base):
        name_parts(value, name, repository)
    else:
        for key, item in items_of(value):
            _name_value(item, f"{name}.{key}", repository)
