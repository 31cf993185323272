"""Which data set a datum belongs to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

from datamaestro.errors import DatamaestroError
from datamaestro.plugins.registry import plugins
from datamaestro_hookspecs.resolvers import LongestProtocol

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
    return _named(name.partition("[")[0] + at + repository) if name else None


def _named(name: str) -> Definition | None:
    """Return the data set of the longest id that a name begins with."""
    resolver = plugins().resolver("id")
    try:
        return resolver.longest(name)[0] if isinstance(resolver, LongestProtocol) else None
    except DatamaestroError as error:
        log.debug("%s", error)
        return None
