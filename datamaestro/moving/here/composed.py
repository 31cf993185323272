"""Data sets that are made of others alone: they have no files, so nothing is on record of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.definitions.part import whole_of
from datamaestro.errors import DatamaestroError
from datamaestro.store.holdings import Holding

if TYPE_CHECKING:
    from datamaestro.context import Context


def composed(context: Context, reference: str) -> Holding | None:
    """Return the holding, without records, of a data set made of others; None where it is none.

    Args:
        context: which knows its definition, or what is said of it.
        reference: that names it.
    """
    try:
        card = whole_of(context.dataset(reference)).card
    except DatamaestroError:
        return None
    if not card.resources or not all(one.reference for one in card.resources):
        return None
    return Holding(context.store, card.id, card.repository)
