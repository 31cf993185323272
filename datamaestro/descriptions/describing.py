"""Describing data sets: what of a definition goes along with its files."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from datamaestro.definitions.family import Variant, variant_of
from datamaestro.definitions.part import whole_of
from datamaestro.descriptions.choosing import texts_of
from datamaestro.descriptions.definition import Described
from datamaestro.descriptions.values import Folders, Unsayable, said
from datamaestro.errors import DatamaestroError
from datamaestro.index.documents import card_to_json
from datamaestro.store.descriptions import Description, read_description, write_description
from datamaestro.store.search_path import store_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datamaestro.context import Context
    from datamaestro.store.holdings import Holding
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition

log = logging.getLogger("datamaestro")

MOST = 64
"""How many variants of a family are described without anybody having asked for them."""


def describe(context: Context, reference: object) -> Description:
    """Return what is said of a data set where its repository need not be installed.

    Of a family, these are the variant that is named, those that were asked for earlier, the one
    that is meant where none is chosen, and the first others that can be counted.

    Raises:
        DatasetNotFound: there is none of that id.
        UsageError: it is not a reference.
    """
    definition = whole_of(context.dataset(reference))
    known = _description_of(definition)
    if known is not None:
        return known
    found, store = _as_known(definition.card, context.store), store_of(context.settings)
    for variant in _variants(definition):
        try:
            data = context.prepare(variant, download=False)
            found = _with(found, _described(variant, data, store))
        except (DatamaestroError, Unsayable, TypeError, ValueError) as error:
            log.debug("%s is not described: %s", variant.card.identity, error)
    return found


def describe_held(context: Context, holding: Holding) -> Description | None:
    """Return what is said of a data set that is on disk; None where nobody knows.

    That is what its definition says now; where that declares other files than it did when they
    were made, it is what was said then.
    """
    written = read_description(holding.store, holding)
    try:
        current = describe(context, holding.identity)
    except DatamaestroError as error:
        log.debug("%s is described as it was: %s", holding.identity, error)
        return written
    if written is None or _files(written) == _files(current):
        return current
    return written


def _files(description: Description) -> object:
    return description.card.get("resources")


def remember(definition: Definition, data: object, store: Store) -> None:
    """Write down what is said of a data set that has just been made.

    What was made as it is described in another data directory is described beside its records, too.
    Where that cannot be, nothing is: the data set is none the worse for it.
    """
    found = _description_of(definition)
    if found is not None and _is_told(found, store):
        return
    try:
        if found is None:
            found = _with(_as_known(definition.card, store), _described(definition, data, store))
        write_description(store, found)
    except (DatamaestroError, Unsayable, TypeError, ValueError) as error:
        log.debug("%s is not described: %s", definition.card.identity, error)


def _description_of(definition: Any) -> Description | None:
    """Return the description that a definition is made from; None where it is a real one."""
    family = definition.family if isinstance(definition, Variant) else definition
    return family.told if isinstance(family, Described) else None


def _is_told(found: Description, store: Store) -> bool:
    """Return whether a description is beside the records, or there are none."""
    return store.description(found).exists() or not store.manifest(found).exists()


def _as_known(card: Card, store: Store) -> Description:
    """Return what is written already of the same card, else what is said of no variant yet."""
    facts = json.loads(card_to_json(card))
    known = read_description(store, card)
    return known if known is not None and known.card == facts else Description(facts)


def _variants(definition: Any) -> Iterator[Any]:
    if isinstance(definition, Variant) or getattr(definition, "variants", None) is None:
        yield definition
        return
    with suppress(DatamaestroError):
        yield variant_of(definition, None)
    with suppress(Exception):  # a scheme of a stranger's may raise anything
        for chosen in islice(definition.variants.enumerate(), MOST):
            yield variant_of(definition, chosen)


def _described(definition: Any, data: object, store: Store) -> dict[str, Any]:
    """Return what is said of one data object.

    Raises:
        Unsayable: there is no plain value for it.
    """
    card: Card = definition.card
    others = tuple(one.reference for one in card.resources if one.reference)
    selector, chosen, usual = "", {}, True
    if isinstance(definition, Variant):
        space = definition.family.variants
        selector = space.format_selector(definition.chosen)
        chosen = texts_of(space, definition.chosen)
        usual = _is_usual(definition)
    plain = said(data, Folders(store, card.identity, others))
    return {"selector": selector, "chosen": chosen, "usual": usual, "data": plain}


def _is_usual(variant: Variant) -> bool:
    try:
        usual: Variant = variant_of(variant.family, None)
    except DatamaestroError:
        return False
    return usual.chosen == variant.chosen


def _with(known: Description, variant: Mapping[str, Any]) -> Description:
    """Return a description with one variant more, or in place of what is said of it."""
    others = [one for one in known.variants if one.get("chosen") != variant["chosen"]]
    return known._replace(variants=(*others, variant))
