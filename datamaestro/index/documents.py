"""A card as JSON: all its fields, by their names, and back again to an equal card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import fields

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

NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in KINDS}
"""The names of all fields of each class."""


def card_to_json(card: Card) -> str:
    """Return a card as JSON.

    Raises:
        TypeError: there is something on it that JSON has no form for.
    """
    return json.dumps(_plain(card))


def card_from_json(text: str) -> Card:
    """Return the card that was written as JSON.

    Raises:
        ValueError, TypeError, LookupError, DefinitionError: it is none.
    """
    card: Card = _made(Card, json.loads(text))
    return card


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if names := NAMES.get(type(value)):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _made(kind: type, facts: Any) -> Any:
    nested = NESTED.get(kind, {})
    return kind(**{name: _field(nested.get(name), value) for name, value in dict(facts).items()})


def _field(kind: type | None, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_field(kind, each) for each in value)
    if kind is not None:
        return None if value is None else _made(kind, value)
    if isinstance(value, dict):
        return {name: _field(None, each) for name, each in value.items()}
    return value
