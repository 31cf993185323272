"""A word that is looked for in all texts of a data set, and how well it fits one that has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.query.tree import PLAIN, Term
from datamaestro.query.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SCORES = {"id": 4, "name": 3, "tag": 2, "task": 2, "description": 1}
"""How much it counts that a word is found in a column; twice, where one is the whole word."""

NAMED = 16
"""How much it counts that a word is the last part of the id."""


class Word:
    """A word, or several of them one after the other, as a term has them.

    It is found wherever one begins with it; in ids, also within words, and there a dot is any
    character. Between quotes it is the whole word.

    Args:
        term: a term without a field.
    """

    def __init__(self, term: Term) -> None:
        self.whole = term.form != PLAIN
        self.phrase = " ".join(words(term.text))
        self._text = term.text.lower()

    def matching(self, *columns: str, whole: bool = False) -> str:
        """Return how SQLite's full-text search is asked for it in one of some columns."""
        rest = "" if whole or self.whole else " *"
        return f'{{{" ".join(columns)}}} : "{self.phrase}"{rest}'

    def fit(self, dataset_id: str, texts: Sequence[str]) -> int | None:
        """Return how well a data set fits, 0 or more; None: it does not have the word.

        Args:
            dataset_id: of it.
            texts: its words, in the columns of :data:`SCORES`.
        """
        in_id = None if self.whole else next(self.lines_with(dataset_id.lower()), None)
        score = None if in_id is None else in_id[1]
        if self.phrase:
            padded = [f" {text} " for text in texts]
            as_whole = f" {self.phrase} "
            wanted = as_whole if self.whole else as_whole[:-1]
            factor = 1 + any(as_whole in text for text in padded)
            for worth, text in zip(SCORES.values(), padded, strict=True):
                if wanted in text:
                    score = (score or 0) + factor * worth
        return score

    def lines_with(self, ids: str) -> Iterator[tuple[int, int]]:
        """Iterate over the lines that have it in them, given ids in small letters, one on each.

        Returns:
            the number of each line, from 0 on, and what it counts that it is there.
        """
        find = self._finder()
        ending = f".{self._text}"
        number = counted = start = 0
        while start >= 0 and (place := find(ids, start)) >= 0:
            number += ids.count("\n", counted, place)
            counted = place
            end = ids.find("\n", place)
            line = ids[ids.rfind("\n", 0, place) + 1 : end if end >= 0 else None]
            is_named = "." not in self._text and f".{line}".endswith(ending)
            yield number, NAMED * is_named
            start = end + 1 if end >= 0 else -1

    def _finder(self) -> Callable[[str, int], int]:
        """Return a function that finds the next place in a text; below 0: there is none."""
        if "." not in self._text:
            return lambda text, start: text.find(self._text, start)
        search = re.compile("[^\n]".join(map(re.escape, self._text.split(".")))).search

        def find(text: str, start: int) -> int:
            found = search(text, start)
            return -1 if found is None else found.start()

        return find
