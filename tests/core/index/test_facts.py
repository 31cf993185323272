"""The fields of a card, without its classes."""

import json

import pytest
from attrs import NOTHING, asdict

from datamaestro.index import facts
from datamaestro.index.documents import DEFAULTS, NESTED, card_to_json
from datamaestro.index.facts import Form, as_card, completed
from datamaestro_hookspecs.cards import AxisCard, ByHand, Card, Terms
from datamaestro_hookspecs.resources import Derivation, Limits, ResourceCard, Source, Transform

FORMS = {
    AxisCard: facts.AXIS,
    ByHand: facts.BY_HAND,
    Derivation: facts.DERIVATION,
    Limits: facts.LIMITS,
    ResourceCard: facts.RESOURCE,
    Source: facts.SOURCE,
    Terms: facts.TERMS,
    Transform: facts.TRANSFORM,
}

CARD = Card(
    "org.a",
    "acme",
    axes=(AxisCard("size"),),
    terms=(Terms("t", "said"),),
    resources=(
        ResourceCard(
            "one",
            "one",
            Source(("https://a.org",), 3, {"md5": "0" * 32}, ByHand("why")),
            (Transform("cut", {"fields": ("1", "2"), "to": None}), Transform("gunzip")),
            limits=Limits(size=10),
        ),
        ResourceCard("two", "two", derivation=Derivation("a:b", "1"), inputs=("one",)),
    ),
)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_defaults_are_those_of_the_classes(kind: type) -> None:
    """In the same order; what has none is always said."""
    said = {name: None if value is NOTHING else value for name, value in DEFAULTS[kind].items()}
    assert list(said.items()) == list(FORMS[kind].defaults.items())


@pytest.mark.parametrize("kind", NESTED, ids=lambda kind: kind.__name__)
def test_what_is_nested_is_nested_in_the_classes(kind: type) -> None:
    """All that is, and nothing else."""
    form = {Card: facts.CARD, **FORMS}[kind]
    expected: dict[str, Form] = {name: FORMS[inner] for name, inner in NESTED[kind].items()}
    assert expected == form.nested


def test_what_has_been_written_is_completed() -> None:
    """All fields of the card and of what it holds, as JSON has them."""
    written = json.loads(card_to_json(CARD))
    assert json.loads(json.dumps(asdict(CARD))) == completed(written)


def test_it_reads_as_the_card_does() -> None:
    """By its attributes."""
    card = as_card(completed(json.loads(card_to_json(CARD))))
    assert (CARD.identity, "org.a") == (card.identity, card.id)
    first, second = card.resources
    assert {"md5": "0" * 32} == first.source.digests
    assert ("cut", {"fields": ["1", "2"], "to": None}) == (
        first.transforms[0].name,
        first.transforms[0].options,
    )
    assert ("why", 10, None) == (first.source.by_hand.why, first.limits.size, second.source)
