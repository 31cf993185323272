"""Writing the index: the rows of repositories and surveys, and those that go."""

from __future__ import annotations

import json
import time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamaestro.index.columns import one_line, written
from datamaestro.index.texts import size_of, texts_of, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

    from datamaestro.index.compiled import Compiled, Row
    from datamaestro.index.keys import Offer
    from datamaestro_hookspecs.cards import Card

ENVIRONMENTS = 8
"""How many environments the file keeps, those that were written last."""

SURVEYS = 8
"""How many surveys it keeps of each: one for each set of plugins that are switched off."""


def environment_number(connection: sqlite3.Connection, name: str) -> int:
    """Return the number of an environment; it is made, or made the newest."""
    connection.execute("INSERT OR IGNORE INTO environments(name) VALUES (?)", (name,))
    connection.execute("UPDATE environments SET written = ? WHERE name = ?", (time.time_ns(), name))
    query = "SELECT number FROM environments WHERE name = ?"
    return int(connection.execute(query, (name,)).fetchone()[0])


def insert_repository(
    connection: sqlite3.Connection, environment: int, offer: Offer, key: str, compiled: Compiled
) -> int:
    """Write a repository in place of what is there of its name, and return its number."""
    old = connection.execute(
        "SELECT number FROM repositories WHERE environment = ? AND name = ?",
        (environment, offer.name),
    ).fetchall()
    remove_repositories(connection, [number for (number,) in old])
    number = _next(connection, "SELECT max(number) FROM repositories")
    said = (_clean(compiled.description), _clean(compiled.failure))
    connection.execute(
        "INSERT INTO repositories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, environment, *offer, key, *said, compiled.is_flawed, compiled.closed),
    )
    connection.executemany(
        "INSERT INTO broken VALUES (?, ?, ?)",
        [(number, *map(_clean, problem)) for problem in compiled.problems],
    )
    _insert_data_sets(connection, number, compiled)
    return number


def _insert_data_sets(connection: sqlite3.Connection, owner: int, compiled: Compiled) -> None:
    places = sorted(range(len(compiled.rows)), key=lambda place: _by_id(compiled.rows[place]))
    rows = [compiled.rows[place] for place in places]
    sizes = [size_of(row.card) for row in rows]
    first = _next(connection, "SELECT max(number) FROM data_sets")
    cards = [(number, row.card) for number, row in enumerate(rows, first)]
    tables: dict[str, list[tuple[Any, ...]]] = {
        "data_sets": [
            (
                *(number, owner, card.id, card.repository, card.type_name, row.module),
                *(_clean(one_line(card.name)), size, place),
            )
            for (number, card), row, size, place in zip(cards, rows, sizes, places, strict=True)
        ],
        "cards": [(number, row.document) for number, row in enumerate(rows, first)],
        "words(rowid, id, name, tag, task, description)": [
            (number, *words_of(card)) for number, card in cards
        ],
        "names": [(name, number) for number, card in cards for name in {card.id, *card.aliases}],
        "parts": [(number, path) for number, row in enumerate(rows, first) for path in row.parts],
        "said": _said(connection, owner, cards),
    }
    for repository, some in groupby(
        zip(cards, sizes, strict=True), lambda one: one[0][1].repository
    ):
        numbered, their_sizes = zip(*some, strict=True)
        start = numbered[0][0]
        columns = written([card for _, card in numbered], their_sizes, start)
        tables.setdefault("ranges", []).append((owner, repository, start, len(numbered)))
        tables.setdefault("columns", []).extend(
            (start, field, _clean(lines) if isinstance(lines, str) else lines)
            for field, lines in columns.items()
        )
    for table, lines in tables.items():
        if not lines:
            continue
        marks = ", ".join("?" * len(lines[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)  # noqa: S608 - ours


def _by_id(row: Row) -> tuple[str, str]:
    return row.card.repository, row.card.id


def _said(
    connection: sqlite3.Connection, owner: int, cards: Iterable[tuple[int, Card]]
) -> list[tuple[Any, ...]]:
    """Return which data sets have which texts; texts that are new are written."""
    said = [
        (number, field, _clean(text)) for number, card in cards for field, text in texts_of(card)
    ]
    connection.executemany(
        "INSERT OR IGNORE INTO texts(field, text) VALUES (?, ?)",
        sorted({(field, text) for _, field, text in said}),
    )
    rows = connection.execute("SELECT field, text, number FROM texts")
    numbers = {(field, text): number for field, text, number in rows}
    return sorted({(owner, numbers[field, text], number) for number, field, text in said})


def insert_survey(
    connection: sqlite3.Connection, environment: int, key: str, offers: Sequence[Offer]
) -> None:
    """Write which repositories there are, and drop the surveys that are too many."""
    connection.execute(
        "INSERT OR REPLACE INTO surveys(environment, key, offers) VALUES (?, ?, ?)",
        (environment, key, json.dumps(offers)),
    )
    connection.execute(
        "DELETE FROM surveys WHERE environment = ? AND number NOT IN "
        "(SELECT number FROM surveys WHERE environment = ? ORDER BY number DESC LIMIT ?)",
        (environment, environment, SURVEYS),
    )


def remove_repositories(connection: sqlite3.Connection, numbers: Collection[int]) -> None:
    """Remove repositories and all that is theirs."""
    owners = [(number,) for number in numbers]
    ours = (
        *(("cards", "data_set"), ("names", "data_set"), ("parts", "data_set")),
        *(("words", "rowid"), ("columns", "first")),
    )
    for table, column in ours:
        connection.executemany(
            f"DELETE FROM {table} WHERE {column} IN "  # noqa: S608 - ours
            "(SELECT number FROM data_sets WHERE owner = ?)",
            owners,
        )
    connection.executemany("DELETE FROM data_sets WHERE owner = ?", owners)
    connection.executemany("DELETE FROM ranges WHERE owner = ?", owners)
    connection.executemany("DELETE FROM said WHERE owner = ?", owners)
    if owners:
        connection.execute("DELETE FROM texts WHERE number NOT IN (SELECT text FROM said)")
    connection.executemany("DELETE FROM broken WHERE owner = ?", owners)
    connection.executemany("DELETE FROM repositories WHERE number = ?", owners)


def remove_environments(connection: sqlite3.Connection, own: int) -> None:
    """Remove environments that are no longer there, and those that are too many."""
    rows = connection.execute("SELECT number, name FROM environments ORDER BY written DESC")
    there = [(number, _is_there(name)) for number, name in rows.fetchall()]
    kept = [number for number, exists in there if exists][:ENVIRONMENTS]
    for number in {number for number, _ in there} - {own, *kept}:
        repositories = connection.execute(
            "SELECT number FROM repositories WHERE environment = ?", (number,)
        ).fetchall()
        remove_repositories(connection, [each for (each,) in repositories])
        connection.execute("DELETE FROM surveys WHERE environment = ?", (number,))
        connection.execute("DELETE FROM environments WHERE number = ?", (number,))


def _is_there(name: str) -> bool:
    """Return whether all folders of an environment are; one whose name makes no sense is not."""
    try:
        return all(map(_exists, json.loads(name)))
    except (ValueError, TypeError):
        return False


def _exists(place: str) -> bool:
    """Return whether a folder of an environment is there; what is no path is."""
    return not Path(place).is_absolute() or Path(place).exists()


def _clean(text: str) -> str:
    """Return a text that can be written, such as an error's that names an odd file."""
    return text.encode(errors="backslashreplace").decode()


def _next(connection: sqlite3.Connection, query: str) -> int:
    return (connection.execute(query).fetchone()[0] or 0) + 1
