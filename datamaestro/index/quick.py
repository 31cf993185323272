"""The quick way to a listing: without loading plugins, where nothing has changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from datamaestro.index.database import index_path, open_index
from datamaestro.index.described import current_descriptions
from datamaestro.index.installed import installed
from datamaestro.index.keys import Keys, Offer
from datamaestro.index.listing import UNCLEAR, Damaged, Listing
from datamaestro.store.scratch import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datamaestro.store.layout import Store

T = TypeVar("T")

CURRENT = """
SELECT repositories.number, key, flawed
FROM repositories JOIN environments ON environments.number = environment
WHERE environments.name = ? AND (repositories.name, implementation, provider) = (?, ?, ?)
"""

SURVEY = """
SELECT offers FROM surveys JOIN environments ON environments.number = environment
WHERE environments.name = ? AND key = ?
"""


def current_listing(switched_off: frozenset[str], store: Store | None = None) -> Listing | None:
    """Return what the index says of all repositories; None where some of it has to be compiled.

    Args:
        switched_off: the names of plugins that are switched off.
        store: the data directory, where a search finds what is described there, too.
    """
    try:
        connection = open_index()
    except sqlite3.Error:
        return None
    listing = None
    try:
        with suppress(*UNCLEAR):
            listing = _listing(connection, Keys(installed(), switched_off), store)
    finally:
        if listing is None:
            connection.close()
    if listing is not None:
        sweep(index_path())
    return listing


def current_answer(
    question: Callable[[Listing], T | None],
    complaints: Callable[[Listing], list[str]],
    switched_off: frozenset[str],
    store: Store | None = None,
) -> tuple[T, list[str]] | None:
    """Return what the index answers, and what is to be told with it.

    Args:
        question: asked of the index.
        complaints: returns what is to be told.
        switched_off: the names of plugins that are switched off.
        store: the data directory, where a search finds what is described there, too.

    Returns:
        None where it has no answer, or some of it has to be compiled.
    """
    listing = current_listing(switched_off, store)
    if listing is None:
        return None
    with listing, suppress(Damaged):
        answer = question(listing)
        return None if answer is None else (answer, complaints(listing))
    return None


def _listing(connection: sqlite3.Connection, keys: Keys, store: Store | None) -> Listing | None:
    numbers = _numbers(connection, keys)
    if numbers is None:
        return None
    described = current_descriptions(connection, keys, numbers, store)
    return None if described is None else Listing(connection, numbers, described)


def _numbers(connection: sqlite3.Connection, keys: Keys) -> list[int] | None:
    """Return the numbers of the repositories that there are; None where one is not current."""
    if not keys.installed.complete:
        return None
    survey = connection.execute(SURVEY, (keys.environment, keys.survey)).fetchone()
    if survey is None:
        return None
    offers = [Offer(*offer) for offer in json.loads(survey[0])]
    found = current_numbers(connection, keys, offers)
    return list(found.values()) if len(found) == len(offers) else None


def current_numbers(
    connection: sqlite3.Connection, keys: Keys, offers: Iterable[Offer]
) -> dict[Offer, int]:
    """Return the numbers of those repositories whose rows are good."""
    found = {}
    for offer in offers:
        row = connection.execute(CURRENT, (keys.environment, *offer)).fetchone()
        if row is not None:
            number, key, flawed = row
            if key and key == keys.repository(offer, flawed=bool(flawed)):
                found[offer] = number
    return found
