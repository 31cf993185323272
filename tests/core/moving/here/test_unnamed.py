"""What is pulled along takes nothing's place."""

from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.here.unnamed import besides_others_here
from datamaestro.moving.ways import pull
from datamaestro.store.descriptions import Description, write_description
from datamaestro_hookspecs.offers import Offer
from support.holding import hold, seen

A, B = "org.example.a@test", "org.example.b@test"


@pytest.fixture
def offers(tmp_path: Path) -> list[Offer]:
    """Return two data sets of another data directory, which says that one is made of the other."""
    for name in (B, A):
        hold(tmp_path / "other", name, x=b"theirs")
    with LocalSide(Context(tmp_path / "other")) as other:
        first, second = sorted(other.offers([]), key=lambda one: one.dataset)
    return [second, evolve(first, needs=(B,))]


def test_another_version_stays_unless_it_is_named(
    context: Context, store: Path, offers: list[Offer], caplog: pytest.LogCaptureFixture
) -> None:
    """A line says so, with the next step."""
    hold(store, B, x=b"ours")
    with LocalSide(context) as here:
        assert offers[1:] == list(besides_others_here(offers, [A], here, "there"))
        (line,) = caplog.messages
        assert line.startswith(f"{B} stays as it is here, and there has another one; ")
        for references in ([], [A, "org.example.b"]):
            assert offers == list(besides_others_here(offers, references, here, "there"))


def test_what_is_equal_or_not_here_comes_along(
    context: Context, store: Path, offers: list[Offer], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is said of it."""
    with LocalSide(context) as here:
        assert offers == list(besides_others_here(offers, [A], here, "there"))
        hold(store, B, x=b"theirs")
        assert offers == list(besides_others_here(offers, [A], here, "there"))
    assert [] == caplog.messages


def test_what_is_said_here_of_what_nobody_named_stays(
    context: Context, store: Path, offers: list[Offer]
) -> None:
    """Though its files are equal."""
    holding = hold(store, B, x=b"theirs")
    write_description(holding.store, Description({"id": holding.id, "repository": "test"}))
    told = [evolve(offers[0], description="theirs"), offers[1]]
    with LocalSide(context) as here:
        assert offers == list(besides_others_here(told, [A], here, "there"))


def test_who_names_a_part_does_not_name_what_it_may_be_of(
    context: Context, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source could say of any name that it is a part of what is here."""
    hold(tmp_path / "other", "org.example@test", x=b"theirs")
    hold(store, "org.example@test", x=b"ours")
    before, source = seen(store), LocalSide.offers
    monkeypatch.setattr(LocalSide, "offers", lambda self, references: source(self, []))
    assert [] == pull(context, ["org.example.a"], str(tmp_path / "other"))
    assert before == seen(store)
