"""A wrong resolver does not keep the contract."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve

from datamaestro.data import Base, File
from datamaestro.definitions import AbstractDataset
from datamaestro.testing import ResolverContract
from datamaestro_hookspecs.cards import Card, Definition, ResourceCard, Source
from datamaestro_hookspecs.errors import DatasetNotFound, DefinitionError
from datamaestro_hookspecs.resolvers import Resolver

CARD = Card(
    "one.file", "right", resources=(ResourceCard("file", "file", Source(("memory:file",))),)
)


class OneFile(AbstractDataset):
    def __init__(self, card: Card) -> None:
        self.own = card

    @property
    def card(self) -> Card:
        return self.own

    def make(self, paths: Mapping[str, Path]) -> Base:
        return File(path=paths["file"])


class Right:
    """Knows one data set; each of those below does one thing wrong."""

    changes: ClassVar[dict[str, Any]] = {}

    def resolve(self, reference: str) -> Definition:
        if reference != "one":
            raise self.unknown(reference)
        return self.known()

    def known(self) -> Definition:
        return OneFile(evolve(CARD, **self.changes))

    def unknown(self, reference: str) -> Exception:
        return DatasetNotFound(f"right:{reference}")


class GivesNoId(Right):
    changes: ClassVar = {"id": ""}


class GivesAPathAsId(Right):
    changes: ClassVar = {"id": "../../elsewhere"}


class GivesNoRepository(Right):
    changes: ClassVar = {"repository": ""}


class CountsItsCards(Right):
    numbers = itertools.count()

    def known(self) -> Definition:
        return OneFile(evolve(CARD, id=f"one.{next(self.numbers)}"))


class PutsObjectsOnTheCard(Right):
    changes: ClassVar = {"url": Path("one")}


class ReadsTooEarly(Right):
    def known(self) -> Definition:
        class Impatient(OneFile):
            def make(self, paths: Mapping[str, Path]) -> Base:
                paths["file"].read_bytes()
                return super().make(paths)

        return Impatient(CARD)


class KnowsEverything(Right):
    def resolve(self, reference: str) -> Definition:
        return self.known()


class RaisesAsItPleases(Right):
    def unknown(self, reference: str) -> Exception:
        return KeyError(reference)


@pytest.fixture
def known() -> str:
    return "one"


@pytest.fixture
def unknown() -> str:
    return "another"


class TestRight(ResolverContract):
    record = Resolver("right", "right", f"{Right.__module__}:Right")


CAUGHT = [
    ("test_card_has_an_identity", GivesNoId),
    ("test_card_has_an_identity", GivesAPathAsId),
    ("test_card_has_an_identity", GivesNoRepository),
    ("test_card_is_the_same_each_time", CountsItsCards),
    ("test_card_serialises", PutsObjectsOnTheCard),
    ("test_data_are_built_before_they_are_there", ReadsTooEarly),
    ("test_unknown_reference", KnowsEverything),
    ("test_unknown_reference", RaisesAsItPleases),
]


@pytest.mark.parametrize(("test", "wrong"), CAUGHT)
def test_wrong_resolver_is_caught(
    test: str, wrong: type[Right], known: str, unknown: str, tmp_path: Path
) -> None:
    """What a resolver does wrong, the contract notices."""
    contract = TestRight()
    contract.resolver = wrong()
    noticed = (AssertionError, TypeError, OSError, KeyError, DefinitionError, pytest.fail.Exception)
    with pytest.raises(noticed):
        call(getattr(contract, test), known=known, unknown=unknown, tmp_path=tmp_path)


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(ResolverContract) if name.startswith("test_")}
    assert {test for test, _ in CAUGHT} == tests


def call(test: Callable[..., None], **fixtures: object) -> None:
    """Call a test with the fixtures that it asks for."""
    test(**{name: fixtures[name] for name in inspect.signature(test).parameters})
