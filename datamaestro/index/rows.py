"""Writing the index: the rows of repositories and surveys, and those that go."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from datamaestro.index.compiled import Compiled
    from datamaestro.index.keys import Offer

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
    first = _next(connection, "SELECT max(number) FROM data_sets")
    rows = list(enumerate(compiled.rows, first))
    connection.executemany(
        "INSERT INTO data_sets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(number, owner, row.card.id, row.card.repository, row.card.type_name),
                *(json.dumps(texts) for texts in (row.card.tags, row.card.tasks, row.card.types)),
                row.module,
            )
            for number, row in rows
        ],
    )
    connection.executemany(
        "INSERT INTO cards VALUES (?, ?)", [(number, row.document) for number, row in rows]
    )
    connection.executemany(
        "INSERT INTO names VALUES (?, ?)",
        [(name, number) for number, row in rows for name in {row.card.id, *row.card.aliases}],
    )


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
    for table in ("cards", "names"):
        connection.executemany(
            f"DELETE FROM {table} WHERE data_set IN "  # noqa: S608 - one of two words
            "(SELECT number FROM data_sets WHERE owner = ?)",
            owners,
        )
    connection.executemany("DELETE FROM data_sets WHERE owner = ?", owners)
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
