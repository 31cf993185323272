"""A definition made from a description, where no repository has one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import evolve

from datamaestro.data import Base, belongs_to
from datamaestro.data.parts import walk
from datamaestro.definitions.abstract import AbstractDataset
from datamaestro.definitions.family import Variant
from datamaestro.descriptions.choosing import DescribedVariants
from datamaestro.descriptions.values import Folders, made
from datamaestro.errors import DefinitionError, PluginError
from datamaestro.index.documents import card_from_json
from datamaestro_hookspecs.cards import ByHand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.store.descriptions import Description
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, ResourceCard, Source

LACKING = "it is made by code of a package that is not here"
"""The problem of a resource that cannot be made without its repository."""

CODE = "call"
"""The transformation that calls a function."""

PACKAGED = "package:"
"""What URLs of files inside of Python packages begin with."""


class Described(AbstractDataset):
    """A data set as it was described; what of its files is missing is fetched where that will do.

    Args:
        description: of it.
        store: the data directory that has it.

    Raises:
        DefinitionError: the description cannot be understood.
    """

    def __init__(self, description: Description, store: Store) -> None:
        super().__init__(description.repository)
        self.told = description
        self.id = description.id
        self._store = store
        self._variants: dict[Any, Variant] = {}
        try:
            self._card = _harmless(card_from_json(json.dumps(description.card)))
            variants = [DescribedVariants.checked(one) for one in description.variants]
            family = bool(self._card.axes) or any(one["chosen"] for one in variants)
            self.variants = DescribedVariants(self._card.axes, variants) if family else None
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise self._damaged(error) from error
        self.name, self.url, self.doi = self._card.name, self._card.url, self._card.doi
        self.version = self._card.version

    @property
    def description(self) -> str:
        """What it is, any number of lines."""
        return self._card.description

    @property
    def tags(self) -> set[str]:
        """Its tags."""
        return set(self._card.tags)

    @property
    def tasks(self) -> set[str]:
        """Its tasks."""
        return set(self._card.tasks)

    @property
    def card(self) -> Card:
        """What is declared about it."""
        return self._card

    def variant(self, chosen: Mapping[str, Any]) -> Variant:
        """Return one data set of a family, by the value of each of its axes."""
        family: Any = self
        return self._variants.setdefault(tuple(sorted(chosen.items())), Variant(family, chosen))

    def make(self, paths: Mapping[str, Path], chosen: Mapping[str, Any] | None = None) -> Any:
        """Return the data object as it was described.

        Raises:
            PluginError: this of it was not described.
        """
        said = self._said(chosen or {})
        others = tuple(one.reference for one in self._card.resources if one.reference)
        try:
            data = made(said["data"], Folders(self._store, self._card.identity, others))
            if not isinstance(data, Base):
                raise TypeError(f"{data!r} is no data")
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise self._damaged(error) from error
        owner = self if chosen is None else self.variant(chosen)
        for _, datum in walk(data):
            if datum.id.startswith(owner.data_id):
                belongs_to(datum, owner)
        return data

    def _said(self, chosen: Mapping[str, Any]) -> Mapping[str, Any]:
        for one in self.told.variants:
            if one["chosen"] == chosen:
                return one
        raise PluginError(
            f"{self._card.identity}: what its data are is not described here",
            hint=f"install the package of the repository {self.repository_name}",
        )

    def derive(self, resource: str, output: Path, inputs: Mapping[str, Path]) -> None:
        """Refuse to make what needs the code of its author.

        Raises:
            DefinitionError: always.
        """
        raise DefinitionError(f"{self._card.identity}: resource {resource}: {LACKING}")

    def _damaged(self, error: Exception) -> DefinitionError:
        place = self._store.description_seen(self.told.repository, self.told.id)
        return DefinitionError(
            f"{place} cannot be understood: {error or type(error).__name__}",
            hint=f"copy it anew, or install the package of the repository {self.repository_name}",
        )


def _harmless(card: Card) -> Card:
    """Return a card for whose resources nothing of an author's is imported."""
    return evolve(card, resources=tuple(map(_without_code, card.resources)))


def _without_code(resource: ResourceCard) -> ResourceCard:
    """Return a resource of the same recipe that cannot be made where that needs code."""
    source = resource.source and _without_packages(resource.source)
    derivation = resource.derivation and evolve(resource.derivation, process=False)
    calls = derivation or any(one.name == CODE for one in resource.transforms or ())
    problem = LACKING if calls else resource.problem
    return evolve(resource, source=source, derivation=derivation, problem=problem)


def _without_packages(source: Source) -> Source:
    """Return a source without the files inside of packages, which are imported for them."""
    urls = tuple(url for url in source.urls if not url.lower().startswith(PACKAGED))
    if urls or source.by_hand:
        return evolve(source, urls=urls)
    return evolve(source, urls=(), by_hand=ByHand("it is part of a package that is not here"))
