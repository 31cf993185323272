"""Families: one definition of several data sets, which are told apart by axes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from datamaestro.definitions.abstract import AbstractDataset
from datamaestro.errors import DatamaestroError, VariantError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.definitions.declared import DatasetWrapper
    from datamaestro.download.resource import Resource
    from datamaestro_hookspecs.cards import Card, Definition


class Variant(AbstractDataset):
    """One data set of a family; its files are in the family's folder.

    Args:
        family: that it is of.
        chosen: the value of each axis.
    """

    def __init__(self, family: DatasetWrapper, chosen: Mapping[str, Any]) -> None:
        super().__init__(family.repository)
        self.family = family
        self.chosen = dict(chosen)
        self.id = family.id

    @property
    def card(self) -> Card:
        """What is declared about the family."""
        return self.family.card

    @property
    def data_id(self) -> str:
        """The family's id, and what tells this one from its others."""
        return f"{self.id}{self.family.variants.format_selector(self.chosen)}"

    @property
    def identity(self) -> str:
        """Its full name, ``id[axis=value]@repository``."""
        return f"{self.data_id}@{self.card.repository}"

    @property
    def context(self) -> Context:
        """The family's context."""
        return self.family.context

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The family's resources by name."""
        return self.family.resources

    def make(self, paths: Mapping[str, Path]) -> Any:
        """Return what the family's ``config(axis=value, …)`` returns."""
        return self.family.make(paths, self.chosen)

    def call_hooks(self, moment: str) -> None:
        """Call the family's functions of a moment."""
        self.family.call_hooks(moment)


@contextmanager
def _told_of(family: Any) -> Iterator[None]:
    """Let errors of axes, which a package may have written itself, say which family it is."""
    try:
        yield
    except DatamaestroError as error:
        raise error.within(family.id) from error
    except ValueError as error:
        raise VariantError(f"{family.id}: {error}") from error


def variant_of(definition: Any, chosen: Mapping[str, Any] | None) -> Any:
    """Return the variant of a family that some values choose; what is no family, as it is.

    Args:
        definition: of a data set, or of a family.
        chosen: values by axis; None: those that are there without being chosen.

    Raises:
        VariantError: there is no such variant, or nothing to choose from.
    """
    space = getattr(definition, "variants", None)
    if space is not None:
        with _told_of(definition):
            resolved = space.resolve(**(chosen or {}))
        variant: Variant = definition.variant(resolved)
        return variant
    if chosen and isinstance(definition, Variant):
        raise VariantError(f"{definition.identity} has both a selector and {dict(chosen)}; say one")
    if chosen:
        raise _nothing_to_choose(definition, dict(chosen))
    return definition


def _nothing_to_choose(definition: Definition, chosen: object) -> VariantError:
    name = definition.card.identity
    return VariantError(f"{name} does not declare variants, so {chosen} chooses nothing")


def selected(definition: Definition, selector: str) -> Definition:
    """Return the variant of a family that a selector such as ``[axis=value]`` chooses.

    Raises:
        VariantError: there is no such variant, or nothing to choose from.
    """
    space = getattr(definition, "variants", None)
    if space is None:
        raise _nothing_to_choose(definition, f"[{selector}]")
    with _told_of(definition):
        chosen = space.parse_selector(selector)
    variant: Definition = variant_of(definition, chosen)
    return variant
