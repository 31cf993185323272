"""Which ids were probably meant by a name that names nothing; also among very many, and at once."""

from __future__ import annotations

from difflib import get_close_matches
from heapq import nlargest
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

SHOWN = 3
"""How many are told."""

COMPARED = 300
"""How many are compared letter by letter, which takes 20 µs each: those that share most pairs."""


def alike(name: str, ids: Collection[str]) -> tuple[str, ...]:
    """Return up to three ids that look like a name, best first.

    Those that have it in them, then those that differ in some letters, then those of which only the
    last word is meant.
    """
    word = name.lower()
    containing = [found for found in ids if word in found]
    whole = [found for found in containing if word in found.split(".")]
    last = {found.rpartition(".")[2]: found for found in ids}
    near = get_close_matches(word, _promising(word, ids), n=SHOWN, cutoff=0.6)
    ends = get_close_matches(word, _promising(word, last), n=SHOWN, cutoff=0.75)
    every = [*sorted(whole), *sorted(containing), *near, *(last[end] for end in ends)]
    return tuple(dict.fromkeys(every))[:SHOWN]


def _promising(word: str, texts: Collection[str]) -> list[str]:
    """Return those texts that share the most pairs of letters with a word."""
    if len(texts) <= COMPARED:
        return sorted(texts)
    pairs = {f"{one}{other}" for one, other in pairwise(word)}

    def shared(text: str) -> tuple[int, int, str]:
        return sum(pair in text for pair in pairs), -abs(len(text) - len(word)), text

    return nlargest(COMPARED, texts, key=shared)
