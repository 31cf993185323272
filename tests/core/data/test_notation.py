"""Types of data in another package's notation."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import datamaestro.definitions
from datamaestro.data import UNSET, Base
from datamaestro.data.notation import plain_objects
from datamaestro.errors import PluginError
from support.dialects import add_dialect


@pytest.fixture
def acme(site: Path) -> None:
    """A plugin with a dialect, whose package nobody has imported yet."""
    add_dialect(site)


@pytest.fixture
def imported(acme: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of the dialect, imported by somebody."""
    monkeypatch.setitem(sys.modules, "acme_notation", ModuleType("acme_notation"))


def new_type() -> Any:
    """Return a new type of data, whose body is written in the notation of acme."""

    class Flowers(Base):
        FIELDS = ("petals",)

    return Flowers


@pytest.mark.usefixtures("imported")
def test_a_dialect_in_use_declares_each_new_type() -> None:
    """The body is its own; what is made of it are attrs fields."""
    assert ("petals",) == new_type().declared


@pytest.mark.usefixtures("acme")
def test_a_dialect_whose_package_nobody_imported_is_not_asked() -> None:
    """It costs nothing."""
    flowers = new_type()
    assert not hasattr(flowers, "declared")
    assert flowers is flowers.C


@pytest.mark.usefixtures("imported")
def test_a_type_is_configured_as_its_dialect_has_it() -> None:
    """In definitions, it is the type itself that makes objects."""
    flowers = new_type()
    assert "ConfiguredFlowers" == flowers.C
    with plain_objects():
        assert flowers is flowers.C


@pytest.mark.usefixtures("acme")
def test_definitions_hand_on_the_names_of_a_dialect() -> None:
    """What earlier versions had there is found, and nothing else."""
    assert "the AcmeParam of acme" == datamaestro.definitions.AcmeParam
    with pytest.raises(AttributeError, match="no attribute 'BetaParam'"):
        _ = datamaestro.definitions.BetaParam


def test_what_has_no_value_is_false_and_says_so() -> None:
    """It can be told from every value."""
    assert (False, "UNSET") == (bool(UNSET), repr(UNSET))


def test_two_dialects_of_one_name_are_told(site: Path) -> None:
    """Nobody is chosen by chance."""
    add_dialect(site)
    add_dialect(site, "beta")
    with pytest.raises(PluginError, match="two plugins"):
        _ = datamaestro.definitions.AcmeParam


def test_a_dialect_that_cannot_be_used_costs_what_is_written_in_it(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """All else works as if nobody had imported its package; one line says so."""
    add_dialect(site, too_old=True)
    notation = ModuleType("acme_notation")
    monkeypatch.setitem(sys.modules, "acme_notation", notation)
    for _ in range(2):
        assert new_type().C.__name__ == "Flowers"
    plugin = "plugin acme of acme 1.0: acme 1 is there, and 2 is wanted"
    assert [f"{plugin}: what needs it is left out (pip install -U acme)"] == caplog.messages
    monkeypatch.setattr(sys.modules[__name__], "notation", notation, raising=False)
    with pytest.raises(PluginError, match=r"^plugin acme .* 2 is wanted"):
        new_type()


@pytest.mark.usefixtures("imported")
def test_a_type_is_found_by_its_name_in_a_dialect() -> None:
    """It stands on cards after the names of the type and its ancestors."""
    names = datamaestro.definitions.types_of(new_type())
    assert "datamaestro.data:Base" == names[1]
    assert ("acme.Flowers", "acme.Base") == names[2:]
