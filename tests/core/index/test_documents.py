"""Cards as JSON."""

import json
import typing
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.index.documents import KINDS, NESTED, card_from_json, card_to_json
from datamaestro_hookspecs import cards, resources
from datamaestro_hookspecs.cards import AxisCard, Card, Terms
from datamaestro_hookspecs.resources import (
    ByHand,
    Derivation,
    Limits,
    ResourceCard,
    Source,
    Transform,
)

TEXT = st.text(max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
WORD = st.text("abc-_é0", min_size=1, max_size=5)
URLS = st.lists(WORD.map("https://example.org/{}".format), min_size=1, max_size=3).map(tuple)
DIGESTS = st.fixed_dictionaries(
    {}, optional={"md5": st.text("0aF", min_size=32, max_size=32), "sha1": st.just("a" * 40)}
)
OPTION = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT, TEXTS)
LIMIT = st.none() | st.integers(1, 10**20) | st.floats(0.1, 1e300)
COUNT = st.none() | st.integers(0, 10**20)

BY_HAND = st.builds(ByHand, TEXT, TEXT)
SOURCE = st.builds(Source, URLS, COUNT, DIGESTS, st.none() | BY_HAND)
TRANSFORM = st.builds(Transform, TEXT, st.dictionaries(TEXT, OPTION, max_size=3))
DERIVATION = st.builds(Derivation, TEXT, TEXT, st.booleans(), st.booleans())


@st.composite
def resource_cards(draw: st.DrawFn) -> ResourceCard:
    """Return any resource, made in any of the three ways."""
    origin = draw(
        st.one_of(
            st.fixed_dictionaries({"source": SOURCE}),
            st.fixed_dictionaries({"derivation": DERIVATION}),
            st.fixed_dictionaries({"reference": st.text(min_size=1, max_size=5)}),
        )
    )
    return draw(
        st.builds(
            ResourceCard,
            name=TEXT,
            path=st.lists(WORD, min_size=1, max_size=3).map("/".join),
            transforms=st.none() | st.lists(TRANSFORM, max_size=2).map(tuple),
            inputs=TEXTS,
            after=TEXTS,
            digests=DIGESTS,
            either=DIGESTS,
            transient=st.booleans(),
            folder=st.none() | st.booleans(),
            links=st.booleans(),
            datafolders=TEXTS,
            unwrap=st.booleans(),
            limits=st.builds(Limits, LIMIT, LIMIT, LIMIT),
            problem=TEXT,
            **{name: st.just(value) for name, value in origin.items()},
        )
    )


CARD = st.builds(
    Card,
    id=st.lists(WORD, min_size=1, max_size=4).map(".".join),
    repository=WORD,
    resources=st.lists(resource_cards(), max_size=2).map(tuple),
    terms=st.lists(st.builds(Terms, TEXT, TEXT), max_size=2).map(tuple),
    size=COUNT,
    axes=st.lists(
        st.builds(AxisCard, TEXT, st.none() | TEXTS, TEXT, st.none() | TEXT, TEXT, st.booleans()),
        max_size=2,
    ).map(tuple),
    **dict.fromkeys(("name", "description", "url", "homepage", "license", "citation"), TEXT),
    **dict.fromkeys(("doi", "version", "timestamp"), TEXT),
    **dict.fromkeys(("tags", "tasks", "types", "aliases", "languages"), TEXTS),
)


@given(CARD)
def test_a_card_comes_back_as_it_was(card: Card) -> None:
    """Equal, and each value of the same type: 1, 1.0 and True are equal, too."""
    found = card_from_json(card_to_json(card))
    assert card == found
    assert repr(card) == repr(found)


@given(CARD)
def test_all_fields_stand_in_the_document(card: Card) -> None:
    """By their names, also those that say nothing."""
    document = json.loads(card_to_json(card))
    assert {one.name for one in attrs.fields(Card)} == document.keys()


def _classes_in(hint: Any) -> set[type]:
    inner = {each for argument in typing.get_args(hint) for each in _classes_in(argument)}
    return inner | ({hint} if isinstance(hint, type) and attrs.has(hint) else set())


@pytest.mark.parametrize("kind", sorted(KINDS, key=str))
def test_every_class_on_a_card_is_known(kind: type) -> None:
    """A field of a new class would come back as a dictionary."""
    names = vars(resources) | vars(cards) | vars(typing) | {"Mapping": typing.Mapping}
    hints = typing.get_type_hints(kind, names)
    held = {name: _classes_in(hint) for name, hint in hints.items()}
    expected = {name: classes for name, classes in held.items() if classes}
    assert expected == {name: {each} for name, each in NESTED.get(kind, {}).items()}


def test_what_json_has_no_form_for_is_refused() -> None:
    """A card of plain values alone can be kept."""
    card = Card("a", "b", tags=(b"raw",))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        card_to_json(card)
