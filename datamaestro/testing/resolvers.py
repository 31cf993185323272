"""What every resolver does."""

from __future__ import annotations

import json
import re
from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ClassVar

import pytest
from attrs import asdict

from datamaestro_hookspecs.cards import ID
from datamaestro_hookspecs.errors import DatasetNotFound

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro_hookspecs.resolvers import Resolver, ResolverProtocol


class ResolverContract:
    """What datamaestro relies on in every resolver.

    The fixtures ``known`` and ``unknown`` are references, as they stand after the prefix: one of a
    data set, and one of none.

    Attributes:
        record: as the plugin's hook returns it.
    """

    record: ClassVar[Resolver]

    @cached_property
    def resolver(self) -> ResolverProtocol:
        """The record's implementation, made as datamaestro makes it."""
        made: ResolverProtocol = resolve_name(self.record.implementation)()
        return made

    def test_card_has_an_identity(self, known: str) -> None:
        """The card of a known reference has an id, words joined by dots, and a repository."""
        card = self.resolver.resolve(known).card
        assert re.fullmatch(ID, card.id)
        assert re.fullmatch(r"[\w-]+", card.repository)

    def test_card_is_the_same_each_time(self, known: str) -> None:
        """The same reference gives the same card, so that what is on disk is found again."""
        assert self.resolver.resolve(known).card == self.resolver.resolve(known).card

    def test_card_serialises(self, known: str) -> None:
        """The card is made of plain values, which JSON can say."""
        assert json.loads(json.dumps(asdict(self.resolver.resolve(known).card)))

    def test_data_are_built_before_they_are_there(self, known: str, tmp_path: Path) -> None:
        """The data object is built from paths where there are no files yet."""
        definition = self.resolver.resolve(known)
        paths = {each.name: tmp_path / each.path for each in definition.card.resources}
        assert definition.build(paths) is not None

    def test_unknown_reference(self, unknown: str) -> None:
        """A reference to nothing raises DatasetNotFound."""
        with pytest.raises(DatasetNotFound):
            self.resolver.resolve(unknown)
