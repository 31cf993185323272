"""Answering a query from the index: which data sets are found, and how well they fit.

Each part of a query finds some data sets, each with a score; parts are joined as sets are. Where
SQLite has full-text search (FTS5), words are found by that; elsewhere the same words are looked for
in each text. The texts are cut into words by us, so that both find the same.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from datamaestro.query.fields import DOWNLOADED, IS, SIZE, bounds_of, test_of
from datamaestro.query.tree import AND, NOT, PLAIN, Query, Term
from datamaestro.query.words import words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from datamaestro.index.disk import Disk

Hits = dict[int, int]
"""What was found: scores by the numbers of data sets."""

SCORES = {"id": 4, "name": 3, "tag": 2, "task": 2, "description": 1}
"""How much it counts that a word is found in a column; twice, where one is the whole word."""

COLUMNS = tuple(SCORES)
"""The columns of words."""

NAMED = 16
"""How much it counts that a word is the last part of the id."""

STATE = "state"
"""The field of texts for ``is:``."""

OWN = ("id", "name", "doi")
"""The fields in which hardly two data sets say the same."""

MOST_VALUES = 500
"""How many values a statement has room for; in all versions of SQLite there is some more."""


ON_RECORD = """
SELECT data_sets.number, card FROM data_sets JOIN names ON names.data_set = data_sets.number
JOIN cards ON cards.data_set = data_sets.number
WHERE names.name = ? AND id = names.name AND repository = ?
"""


class Search:
    """A search in an index.

    What is found may also be in repositories that are not asked for.

    Args:
        connection: to the index.
        owners: the numbers of the repositories that are.
        disk: says what is downloaded; None: nothing is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        owners: Sequence[int],
        disk: Disk | None,
    ) -> None:
        self._connection = connection
        self._owners = owners
        self._disk = disk

    def hits(self, query: Query) -> Hits:
        """Return what a query finds."""
        if isinstance(query, Term):
            return self._of_term(query)
        if query.operator == NOT:
            unwanted = self.hits(query.parts[0])
            return {number: 0 for number in self._everything if number not in unwanted}
        if query.operator == AND:
            return self._of_all(query.parts)
        found: Hits = {}
        for part in query.parts:
            for number, score in self.hits(part).items():
                found[number] = found.get(number, 0) + score
        return found

    def _of_all(self, parts: Sequence[Query]) -> Hits:
        if not parts:
            return dict.fromkeys(self._everything, 0)
        found = self.hits(parts[0])
        for part in parts[1:]:
            others = self.hits(part) if found else {}
            found = {
                number: score + others[number]
                for number, score in found.items()
                if number in others
            }
        return found

    @cached_property
    def _everything(self) -> list[int]:
        query = "SELECT number FROM data_sets WHERE owner = ?"
        return [number for owner in self._owners for number in self._numbers(query, owner)]

    def _of_term(self, term: Term) -> Hits:
        if not term.field:
            return self._of_word(term)
        if term.field == SIZE:
            return self._of_size(term.text)
        if term.field == IS and term.text == DOWNLOADED:
            return self._downloaded()
        if term.field in OWN:
            return self._of_own_text(term)
        return self._of_common_text(term)

    def _of_common_text(self, term: Term) -> Hits:
        """Find data sets by a field in which many say the same: each text is looked at once."""
        field, test = (STATE, term.text.__eq__) if term.field == IS else (term.field, test_of(term))
        texts = self._rows("SELECT number, text FROM texts WHERE field = ?", field)
        wanted = [number for number, text in texts if test(text)]
        found: Hits = {}
        for start in range(0, len(wanted), MOST_VALUES):
            some = wanted[start : start + MOST_VALUES]
            query = f"SELECT data_set FROM said WHERE owner = ? AND text IN ({marks(len(some))})"  # noqa: S608
            for owner in self._owners:
                found.update(dict.fromkeys(self._numbers(query, owner, *some), 0))
        return found

    def _of_own_text(self, term: Term) -> Hits:
        """Find data sets by a field in which each says something else."""
        test = test_of(term)
        rows = self._rows(f"SELECT number, {term.field} FROM data_sets WHERE {term.field} != ''")  # noqa: S608
        return {number: 0 for number, text in rows if test(text)}

    def _of_size(self, text: str) -> Hits:
        bounds = bounds_of(text)
        tests = "".join(f" AND size {sign} ?" for sign, _ in bounds)
        query = f"SELECT number FROM data_sets WHERE size IS NOT NULL{tests}"  # noqa: S608 - signs
        return dict.fromkeys(self._numbers(query, *(number for _, number in bounds)), 0)

    def _downloaded(self) -> Hits:
        disk = self._disk
        if disk is None:
            return {}
        return {
            number: 0
            for repository, name in disk.recorded()
            for number, document in self._rows(ON_RECORD, name, repository)
            if disk.has(document)
        }

    def _of_word(self, term: Term) -> Hits:
        """Find a word wherever one begins with it; in ids, also within words, as always."""
        found = self._in_ids(term.text) if term.form == PLAIN else {}
        phrase = words(term.text)
        whole = set(self._having(phrase, COLUMNS, whole=True)) if phrase else set()
        for column, score in SCORES.items() if phrase else ():
            for number in self._having(phrase, [column], whole=term.form != PLAIN):
                found[number] = found.get(number, 0) + score * (1 + (number in whole))
        return found

    def _in_ids(self, text: str) -> Hits:
        """Find ids that have a text in them, in which a dot is any character."""
        likely = text.translate({ord(char): f"\\{char}" for char in "%_\\"}).replace(".", "_")
        query = r"SELECT number, id FROM data_sets WHERE id LIKE ? ESCAPE '\'"
        wanted = text.lower()
        return {
            number: NAMED * (found.rpartition(".")[2].lower() == wanted)
            for number, found in self._rows(query, f"%{likely}%")
        }

    def _having(self, phrase: list[str], columns: Sequence[str], *, whole: bool) -> Iterable[int]:
        """Return the numbers of those that have some words, one after the other, in a column.

        Args:
            phrase: the words.
            columns: in one of which they are.
            whole: whether the last is a whole word, and not the beginning of one.
        """
        if self._full_text:
            wanted = f'{{{" ".join(columns)}}} : "{" ".join(phrase)}"{"" if whole else " *"}'
            return self._numbers("SELECT rowid FROM words WHERE words MATCH ?", wanted)
        looked_for = f" {' '.join(phrase)}{' ' if whole else ''}"
        rows = self._rows(f"SELECT rowid, {', '.join(columns)} FROM words")  # noqa: S608 - likewise
        return [
            number for number, *texts in rows if any(looked_for in f" {text} " for text in texts)
        ]

    @cached_property
    def _full_text(self) -> bool:
        """Whether SQLite finds words by itself, in an index that was made so."""
        ((created,),) = self._rows("SELECT sql FROM sqlite_master WHERE name = 'words'")
        return bool(created.startswith("CREATE VIRTUAL"))

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def _numbers(self, query: str, *values: object) -> list[int]:
        return [number for (number,) in self._rows(query, *values)]


def marks(number: int) -> str:
    """Return what stands in a statement for a number of values."""
    return ",".join("?" * number)
