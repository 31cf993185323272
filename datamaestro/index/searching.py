"""Answering a query from the index: which data sets are found, and how well they fit.

Each part of a query finds some data sets; parts are joined as sets are. Only what the whole query
has found is given a score then, for its words. Where SQLite has full-text search (FTS5), words are
found by that; elsewhere the same words are looked for in each text. The texts are cut into words by
us, so that both find the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datamaestro.index.columns import ID
from datamaestro.index.values import MOST_VALUES, marks, pieces
from datamaestro.index.word import SCORES, Word
from datamaestro.query.fields import DOWNLOADED, IS, SIZE, bounds_of, test_of
from datamaestro.query.tree import AND, NOT, Group, Query, Term

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from datamaestro.index.columns import Columns
    from datamaestro.index.disk import Disk

Numbers = frozenset[int]
"""What was found: the numbers of data sets."""

Scores = defaultdict[int, int]
"""How well data sets fit, by their numbers."""

STATE = "state"
"""The field of texts for ``is:``."""

STARTS = {">": bisect_right, ">=": bisect_left, "=": bisect_left}
ENDS = {"<": bisect_left, "<=": bisect_right, "=": bisect_right}
"""Where, in rising sizes, those begin and end that compare so with one."""

OWN = ("id", "name", "doi")
"""The fields in which hardly two data sets say the same."""

TEXTS = """
SELECT number, data_sets.id, words.id, words.name, tag, task, description
FROM data_sets JOIN words ON words.rowid = number
"""

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
        columns: their columns.
        disk: says what is downloaded; None: nothing is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        owners: Sequence[int],
        columns: Sequence[Columns],
        disk: Disk | None,
    ) -> None:
        self._connection = connection
        self._owners = owners
        self._columns = columns
        self._disk = disk
        self._found: dict[Query, Numbers] = {}

    def find(self, query: Query) -> Numbers:
        """Return what a query finds."""
        if query not in self._found:
            self._found[query] = self._find(query)
        return self._found[query]

    def scores(self, query: Query, found: Numbers) -> Scores:
        """Return how well what a query has found fits."""
        scores: Scores = defaultdict(int)
        self._add_scores(query, found, scores)
        return scores

    def _find(self, query: Query) -> Numbers:
        if isinstance(query, Term):
            return frozenset(self._of_term(query))
        if query.operator == NOT:
            return self._everything - self.find(query.parts[0])
        if query.operator == AND:
            return self._of_all(query.parts)
        return frozenset().union(*map(self.find, query.parts))

    def _of_all(self, parts: Sequence[Query]) -> Numbers:
        """Find what all parts find; where that is little already, the rest is asked of it alone."""
        found: Numbers | None = None
        for part in sorted(parts, key=_toil):
            if found is None:
                found = self.find(part)
            elif not found:
                break
            elif isinstance(part, Group) and part.operator == NOT:
                found -= self.find(part.parts[0])
            elif isinstance(part, Term) and not part.field and len(found) <= MOST_VALUES:
                found = frozenset(self._fitting(Word(part), found))
            else:
                found &= self.find(part)
        return self._everything if found is None else found

    def _add_scores(self, query: Query, found: Numbers, scores: Scores) -> None:
        if not found:
            return
        if isinstance(query, Term):
            if not query.field:
                self._add_scores_of_word(Word(query), found, scores)
        elif query.operator == AND:
            for part in query.parts:
                self._add_scores(part, found, scores)
        elif query.operator != NOT:
            for part in query.parts:
                self._add_scores(part, found & self.find(part), scores)

    @cached_property
    def _everything(self) -> Numbers:
        return frozenset().union(*(one.numbers for one in self._columns))

    def _of_term(self, term: Term) -> Iterable[int]:
        if not term.field:
            return self._of_word(Word(term))
        if term.field == SIZE:
            return self._of_size(term.text)
        if term.field == IS and term.text == DOWNLOADED:
            return self._downloaded()
        if term.field in OWN:
            return self._of_own_text(term)
        return self._of_common_text(term)

    def _of_common_text(self, term: Term) -> Iterable[int]:
        """Find data sets by a field in which many say the same: each text is looked at once."""
        field, test = (STATE, term.text.__eq__) if term.field == IS else (term.field, test_of(term))
        texts = self._rows("SELECT number, text FROM texts WHERE field = ?", field)
        wanted = [number for number, text in texts if test(text)]
        for some in pieces(wanted):
            query = f"SELECT data_set FROM said WHERE owner = ? AND text IN ({marks(len(some))})"  # noqa: S608
            for owner in self._owners:
                yield from self._numbers("data_set", query, owner, *some)

    def _of_own_text(self, term: Term) -> Iterable[int]:
        """Find data sets by a field in which each says something else."""
        test = test_of(term)
        for one in self._columns:
            lines = zip(one.numbers, one.lines(term.field), strict=True)
            yield from [number for number, text in lines if text and test(text)]

    def _of_size(self, text: str) -> Iterable[int]:
        bounds = bounds_of(text)
        for one in self._columns:
            sizes, numbers = one.by_size()
            first, last = 0, len(sizes)
            for sign, size in bounds:
                if sign in STARTS:
                    first = max(first, STARTS[sign](sizes, size))
                if sign in ENDS:
                    last = min(last, ENDS[sign](sizes, size))
            yield from numbers[first:last]

    def _downloaded(self) -> Iterable[int]:
        disk = self._disk
        for repository, name in disk.recorded() if disk is not None else ():
            for number, document in self._rows(ON_RECORD, name, repository):
                if disk is not None and disk.has(document):
                    yield number

    def _of_word(self, word: Word) -> Iterable[int]:
        if not self._full_text:
            return self._fitting(word)
        having = self._having(word.matching(*SCORES)) if word.phrase else []
        return having if word.whole else [*self._in_ids(word), *having]

    def _fitting(self, word: Word, found: Numbers | None = None) -> dict[int, int]:
        """Return how well data sets fit that have a word, by looking at their texts.

        Args:
            word: that is looked for.
            found: the data sets that are looked at; None: all.
        """
        if found is not None and len(found) <= MOST_VALUES:
            rows = self._rows(f"{TEXTS} WHERE number IN ({marks(len(found))})", *found)
        else:
            rows = [row for row in self._rows(TEXTS) if found is None or row[0] in found]
        fits = ((number, word.fit(name, texts)) for number, name, *texts in rows)
        return {number: fit for number, fit in fits if fit is not None}

    def _in_ids(self, word: Word) -> dict[int, int]:
        """Return how well data sets fit that have a word in their ids."""
        return {
            numbers[place]: score
            for numbers, ids in self._ids
            for place, score in word.lines_with(ids)
        }

    @cached_property
    def _ids(self) -> list[tuple[range, str]]:
        return [(one.numbers, one.text(ID).lower()) for one in self._columns]

    def _add_scores_of_word(self, word: Word, found: Numbers, scores: Scores) -> None:
        if len(found) <= MOST_VALUES or not self._full_text:
            for number, score in self._fitting(word, found).items():
                scores[number] += score
            return
        for number, score in () if word.whole else self._in_ids(word).items():
            if number in found:
                scores[number] += score
        if not word.phrase:
            return
        wholes = set(self._having(word.matching(*SCORES, whole=True)))
        for column, score in SCORES.items():
            for number in self._having(word.matching(column)):
                if number in found:
                    scores[number] += score * (1 + (number in wholes))

    def _having(self, wanted: str) -> list[int]:
        """Return what a full-text search finds."""
        return self._numbers("rowid", "SELECT rowid FROM words WHERE words MATCH ?", wanted)

    @cached_property
    def _full_text(self) -> bool:
        """Whether SQLite finds words by itself, in an index that was made so."""
        ((created,),) = self._rows("SELECT sql FROM sqlite_master WHERE name = 'words'")
        return bool(created.startswith("CREATE VIRTUAL"))

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def _numbers(self, column: str, query: str, *values: object) -> list[int]:
        """Return a column of what a query finds, in any order.

        They come in one text, since SQLite and Python take twice as long for as many rows.
        """
        joined = f"SELECT group_concat({column}) FROM ({query})"  # noqa: S608 - ours
        ((found,),) = self._rows(joined, *values)
        return [*map(int, found.split(","))] if found else []


def _toil(query: Query) -> int:
    """Return which parts are asked later, since they take longer or say the least."""
    if isinstance(query, Term):
        return not query.field
    return 2 + (query.operator == NOT)
