"""Searching the catalogue from Python: from the index as it is, where nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.downloaded import Downloaded
from datamaestro.errors import UsageError
from datamaestro.index.listing import Listing
from datamaestro.index.quick import current_answer
from datamaestro.index.shown import SORTS
from datamaestro.messages import warn
from datamaestro.query import parse_query
from datamaestro.settings import load_settings, plugins_switched_off
from datamaestro.store.search_path import store_of

if TYPE_CHECKING:
    from datamaestro.index.entries import Entry


def search(query: str = "", *, limit: int | None = None, sort: str = "relevance") -> list[Entry]:
    """Return the data sets that match a query (``docs/searching.md``); no definition is imported.

    Those of all repositories, and what is described in the data directory without being of any.
    That is so where the index is current; what has changed is compiled first. What cannot be used
    is warned about and left out.

    Args:
        query: such as ``"task:classification -is:downloaded"``; empty: all data sets.
        limit: how many at most, the first.
        sort: what comes first: ``relevance``, ``id``, ``name`` or ``size`` (the largest).

    Raises:
        UsageError: the query cannot be understood.

    Example::

        for found in search("mnist size:<1GB", limit=5):
            print(found.identity, found.type, found.license)
    """
    if sort not in SORTS:
        raise UsageError(f"sort {sort!r} is none of {', '.join(SORTS)}")
    if limit is not None and limit < 0:
        raise UsageError(f"limit {limit} is less than 0")
    parsed = parse_query(query)
    settings = load_settings()
    disk, store = Downloaded(settings), store_of(settings)

    def find(listing: Listing) -> list[Entry]:
        return listing.entries(listing.search(parsed, disk, sort, limit))

    current = current_answer(find, Listing.problems, plugins_switched_off(), store)
    if current is not None:
        found, problems = current
        for problem in problems:
            warn(problem)
        return found

    from datamaestro.catalogue import Catalogue
    from datamaestro.plugins.registry import plugins

    return Catalogue(plugins()).ask(find, store)
