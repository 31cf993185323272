"""What stands in the index of a data set, as plain values and without the classes of the card.

Those are made by attrs, which takes as long to import as all else that a command does.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Facts = dict[str, Any]


class Form(NamedTuple):
    """The fields of one of the classes.

    Args:
        defaults: what each field is where nothing is said, in their order; None: it is always said.
        nested: the fields that hold another of the classes, or several.
    """

    defaults: Mapping[str, Any]
    nested: Mapping[str, Form] = {}


LIMITS = Form({"members": 10_000_000, "size": None, "ratio": 200.0})
DERIVATION = Form({"function": None, "version": None, "process": False, "resumes": False})
TRANSFORM = Form({"name": None, "options": {}})
BY_HAND = Form({"why": None, "page": ""})
SOURCE = Form({"urls": None, "size": None, "digests": {}, "by_hand": None}, {"by_hand": BY_HAND})
RESOURCE = Form(
    {
        "name": None,
        "path": None,
        "source": None,
        "transforms": None,
        "derivation": None,
        "reference": "",
        "part": "",
        "inputs": [],
        "after": [],
        "digests": {},
        "either": {},
        "transient": False,
        "folder": False,
        "links": False,
        "datafolders": [],
        "unwrap": False,
        "limits": {},
        "problem": "",
    },
    {"source": SOURCE, "transforms": TRANSFORM, "derivation": DERIVATION, "limits": LIMITS},
)
TERMS = Form({"id": None, "message": None})
AXIS = Form(
    {
        "name": None,
        "values": None,
        "type": "",
        "default": None,
        "description": "",
        "in_id": True,
    }
)
CARD = Form({}, {"resources": RESOURCE, "terms": TERMS, "axes": AXIS})
"""A card says all of its own fields."""


def completed(said: Mapping[str, Any], form: Form = CARD) -> Facts:
    """Return all fields of what :func:`~datamaestro.index.documents.card_to_json` has written."""
    facts = {**form.defaults, **said}
    for name, inner in form.nested.items():
        value = facts[name]
        if isinstance(value, list):
            facts[name] = [completed(each, inner) for each in value]
        elif value is not None:
            facts[name] = completed(value, inner)
    return facts


def identity_of(facts: Facts) -> str:
    """Return the full name of a data set, ``id@repository``."""
    return f"{facts['id']}@{facts['repository']}"


def as_card(facts: Facts) -> Any:
    """Return an object with the attributes of the card, for those that only read it."""
    card = _as_object(facts, CARD)
    card.identity = identity_of(facts)
    return card


def _as_object(facts: Facts, form: Form) -> SimpleNamespace:
    nested: dict[str, Any] = {}
    for name, inner in form.nested.items():
        value = facts[name]
        if isinstance(value, list):
            nested[name] = tuple(_as_object(each, inner) for each in value)
        elif value is not None:
            nested[name] = _as_object(value, inner)
    return SimpleNamespace(**{**facts, **nested})
