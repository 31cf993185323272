"""Which data set a datum belongs to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

from datamaestro.errors import DatamaestroError
from datamaestro.plugins.registry import plugins

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Definition

log = logging.getLogger("datamaestro")

_known: dict[int, tuple[ReferenceType[Any], Definition]] = {}
"""By the identity of the datum, since its equality is the affair of its type."""


def belongs_to(data: Any, dataset: Definition) -> None:
    """Remember the data set that a datum was built for, as long as somebody has the datum."""
    key = id(data)
    _known[key] = ref(data, lambda _: _known.pop(key, None)), dataset


def dataset_of(data: Any) -> Definition | None:
    """Return the data set that a datum belongs to; None where it belongs to none.

    Where nobody has remembered it, such as for a copy or in another process, the datum's id tells:
    what it begins with is the data set's.
    """
    known = _known.get(id(data))
    if known is not None and known[0]() is data:
        return known[1]
    name, at, repository = str(data.id or "").partition("@")
    words = name.partition("[")[0].split(".")
    while any(words):
        found = _named(".".join(words) + at + repository)
        if found is not None:
            return found
        words.pop()
    return None


def _named(identity: str) -> Definition | None:
    try:
        return plugins().resolver("id").resolve(identity)
    except DatamaestroError as error:
        log.debug("%s", error)
        return None
