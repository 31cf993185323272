"""Compiling what is described in a data directory: it is checked, as it may be anybody's."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.errors import DatamaestroError
from datamaestro.index.compiled import Compiled, Row
from datamaestro.index.described import (
    MOST,
    PREFIX,
    current_number,
    described_only,
    key_of,
    name_of,
    unchanged,
)
from datamaestro.index.documents import card_from_json, card_to_json
from datamaestro.index.entries import entry_of
from datamaestro.index.facts import completed
from datamaestro.index.keys import Offer
from datamaestro.index.rows import insert_repository, remove_repositories
from datamaestro.index.texts import size_of, texts_of, words_of
from datamaestro.repository import Problem
from datamaestro.store.descriptions import content_of, description_from, unusable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from datamaestro.index.described import Place
    from datamaestro.index.keys import Keys
    from datamaestro.store.layout import Store

UNUSABLE = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What is raised where a description is none, besides our own errors."""

OURS = """
SELECT number FROM repositories
WHERE environment = ? AND substr(name, 1, ?) = ? ORDER BY number DESC LIMIT -1 OFFSET ?
"""


def compile_descriptions(
    connection: sqlite3.Connection,
    environment: int,
    keys: Keys,
    numbers: Iterable[int],
    store: Store,
) -> tuple[int, bool]:
    """Write what is described in a data directory, and in none of some repositories.

    Returns:
        the number that stands for it, 0 where there is nothing; and whether anything was written.
    """
    places = described_only(connection, numbers, store)
    name, key = name_of(store), key_of(places, keys)
    known = current_number(connection, keys, name, key)
    if known is not None:
        return known, False
    offer = Offer(name, "", "")
    compiled = _compiled(places, unchanged(connection, keys, name, places))
    number = insert_repository(connection, environment, offer, key, compiled)
    surplus = connection.execute(OURS, (environment, len(PREFIX), PREFIX, MOST)).fetchall()
    remove_repositories(connection, [each for (each,) in surplus] if places else [number])
    return (number if places else 0), True


def _compiled(places: Iterable[Place], known: Mapping[Place, str]) -> Compiled:
    """Return what is described; what is known already is not read again."""
    rows, problems = [], []
    for place in places:
        try:
            rows.append(_known_row(known.get(place)) or _row(place))
        except FileNotFoundError:  # somebody has just removed it
            continue
        except (*UNUSABLE, DatamaestroError) as error:
            problems.append(Problem("", unusable(Path(place.path), error)))
    return Compiled(rows=tuple(rows), problems=tuple(problems))


def _known_row(document: str | None) -> Row | None:
    """Return a data set as the index has it; None where that cannot be understood."""
    with suppress(*UNUSABLE, DatamaestroError):
        return None if document is None else Row(card_from_json(document), document, module="")
    return None


def _row(place: Place) -> Row:
    """Return a data set as it is described.

    Raises:
        OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError,
        DatamaestroError: it cannot be listed.
    """
    if not place.identity.isprintable():
        raise ValueError("its name is none of a data set")
    description = description_from(content_of(Path(place.path)), place)
    card = card_from_json(json.dumps(description.card))
    document = card_to_json(card)
    entry = entry_of(completed(json.loads(document)), size_of(card))
    if not isinstance(entry.size, int | None) or (entry.size or 0) < 0:
        raise ValueError(f"its size is {entry.size!r}")
    if not card.type_name.isprintable():
        raise ValueError(f"its type is {card.type_name!r}")
    said = [card.name, card.doi, *card.aliases, *words_of(card), *(t for _, t in texts_of(card))]
    "\n".join(said).encode()  # what is no text, or cannot be written, fails here and not later
    return Row(card, document, module="")
