"""A card as JSON, by the names of its fields, and back again to an equal card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import Factory, fields

from datamaestro_hookspecs.cards import AxisCard, Card, Terms
from datamaestro_hookspecs.resources import (
    ByHand,
    Derivation,
    Limits,
    ResourceCard,
    Source,
    Transform,
)

NESTED: Mapping[type, Mapping[str, type]] = {
    Card: {"resources": ResourceCard, "terms": Terms, "axes": AxisCard},
    ResourceCard: {
        "source": Source,
        "transforms": Transform,
        "derivation": Derivation,
        "limits": Limits,
    },
    Source: {"by_hand": ByHand},
}
"""The fields that hold another of these classes, or a tuple of them."""

KINDS: set[type] = {*NESTED, *(kind for nested in NESTED.values() for kind in nested.values())}

FIELDS = tuple(one.name for one in fields(Card))

PLAIN = {type(None), bool, int, float, str}
"""What JSON has as it is."""

MADE: Any = Factory
"""What attrs makes defaults with; its stubs say that it is a function."""


def card_to_json(card: Card) -> str:
    """Return a card as JSON: all its fields, and of what it holds, those that say something.

    Raises:
        TypeError: there is something on it that JSON has no form for.
    """
    return json.dumps({name: _plain(getattr(card, name)) for name in FIELDS})


def card_from_json(text: str) -> Card:
    """Return the card that was written as JSON.

    Raises:
        ValueError, TypeError, LookupError, DefinitionError: it is none.
    """
    card: Card = _made(Card, json.loads(text))
    return card


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in KINDS:
        return dict(_told(value, DEFAULTS[kind]))
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _told(value: Any, defaults: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Iterate over the fields that are not as they are when nothing is said."""
    for name, default in defaults.items():
        said = getattr(value, name)
        plain = said if type(said) in PLAIN else _plain(said)
        if plain != default or type(plain) is not type(default):  # 1, 1.0 and True are equal, too
            yield name, plain


def _made(kind: type, facts: Any) -> Any:
    nested = NESTED.get(kind, {})
    return kind(
        **{
            name: value if type(value) in PLAIN else _field(nested.get(name), value)
            for name, value in dict(facts).items()
        }
    )


def _field(kind: type | None, value: Any) -> Any:
    if isinstance(value, list):
        return tuple([_field(kind, each) for each in value])
    if kind is not None:
        return _made(kind, value)
    if isinstance(value, dict):
        return {name: _field(None, each) for name, each in value.items()}
    return value


def _default(given: Any) -> Any:
    default = given.factory() if isinstance(given, MADE) else given
    return {} if type(default) in KINDS else _plain(default)


DEFAULTS = {kind: {one.name: _default(one.default) for one in fields(kind)} for kind in KINDS}
"""The fields of each class, with what stands for their defaults."""
