"""What compiling a repository makes of it."""

import textwrap
from pathlib import Path

import pytest

from datamaestro.index.compiled import Compiled, compile_repository
from datamaestro.plugins.registry import plugins
from support.distributions import install
from support.searching import IRIS, add_repository


def compile_source(site: Path, source: str) -> Compiled:
    """Compile a repository ``odd``, whose module has some code."""
    points = {"datamaestro.repositories": {"odd": "odd_repository:Repository"}}
    install(site, "odd", {"odd_repository.py": textwrap.dedent(source)}, points)
    return compile_repository(plugins(), "odd")


def test_cards_and_the_modules_that_define_them(site: Path) -> None:
    """In the order of the repository."""
    add_repository(site, "flowers", com__acme=IRIS, com__b=IRIS)
    found = compile_repository(plugins(), "flowers")
    assert [
        ("com.acme.iris", "acme_flowers.config.com.acme"),
        ("com.b.iris", "acme_flowers.config.com.b"),
    ] == [(row.card.id, row.module) for row in found.rows]
    assert ("Data sets of flowers", "", False) == (
        found.description,
        found.failure,
        found.is_flawed,
    )


def test_a_broken_module_is_named(site: Path) -> None:
    """With its reason; the data sets of the others are there."""
    add_repository(site, "flowers", com__acme=IRIS, com__broken="import nothing_there")
    found = compile_repository(plugins(), "flowers")
    (problem,) = found.problems
    assert "acme_flowers.config.com.broken" == problem.module
    assert "cannot import" in problem.reason
    assert "nothing_there" in problem.reason
    assert (1, True) == (len(found.rows), found.is_flawed)


def test_a_repository_that_cannot_be_made_is_a_failure(site: Path) -> None:
    """And has no data sets."""
    found = compile_source(site, "import nothing_there")
    assert found.failure.startswith("repository odd is left out: ")
    assert ((), True) == (found.rows, found.is_flawed)


HEAD = """
import datamaestro
from datamaestro.definitions import AbstractDataset
from datamaestro_hookspecs.cards import Card

class Set(AbstractDataset):
    def __init__(self, repository, id):
        super().__init__(repository)
        self.id = id
"""


def test_a_repository_that_makes_its_data_sets_is_iterated_over(site: Path) -> None:
    """Whatever it overrides; there is no module by which alone its data sets are found."""
    source = f"""{HEAD}
class Repository(datamaestro.Repository):
    NAMESPACE = "odd"
    def modules(self):
        yield [Set(self, "a"), Set(self, "b")]
    def search(self, name):
        raise RuntimeError("not asked")
"""
    found = compile_source(site, source)
    assert [("a", ""), ("b", "")] == [(row.card.id, row.module) for row in found.rows]


CARDS = {
    "it raises": "raise ValueError('no card')",
    "it leaves": "raise SystemExit(3)",
    "it is no card": "return 3",
    "it cannot be written": "return Card('b', 'odd', tags=(object(),))",
    "it cannot be read": "return Card('b', 'odd', terms=(dict(),))",
}


@pytest.mark.parametrize("how", CARDS)
def test_a_broken_card_costs_one_data_set(how: str, site: Path) -> None:
    """The others are there."""
    source = f"""{HEAD}
class Broken(Set):
    @property
    def card(self):
        {CARDS[how]}

class Repository(datamaestro.BaseRepository):
    NAMESPACE = "odd"
    def __iter__(self):
        return iter([Set(self, "a"), Broken(self, "b"), Set(self, "c")])
"""
    found = compile_source(site, source)
    assert ["a", "c"] == [row.card.id for row in found.rows]
    (problem,) = found.problems
    assert problem.reason.startswith("b@odd is left out: ")


def test_a_repository_that_fails_halfway_has_what_came_before(site: Path) -> None:
    """And a line that says so."""
    source = f"""{HEAD}
class Repository(datamaestro.BaseRepository):
    NAMESPACE = "odd"
    def __iter__(self):
        yield Set(self, "a")
        raise ValueError("no more")
"""
    found = compile_source(site, source)
    assert ["a"] == [row.card.id for row in found.rows]
    assert ["repository odd is left out: ValueError: no more"] == [
        one.reason for one in found.problems
    ]


def test_a_strangers_repository_needs_only_the_protocol(site: Path) -> None:
    """It derives from nothing of ours."""
    source = """
from datamaestro_hookspecs.cards import Card

class Definition:
    card = Card("a", "odd")

class Repository:
    name, description, problems = "odd", "Odd", 3
    def definition(self, id): ...
    def definitions(self): yield Definition()
"""
    found = compile_source(site, source)
    assert (["a"], ()) == ([row.card.id for row in found.rows], found.problems)


def test_a_description_that_fails_costs_the_repository(site: Path) -> None:
    """As a class that cannot be made does."""
    source = """
import datamaestro

class Repository(datamaestro.Repository):
    NAMESPACE = "odd"
    @property
    def description(self):
        return 1 / 0
"""
    assert "left out" in compile_source(site, source).failure
