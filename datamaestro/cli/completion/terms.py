"""How a term of a search may go on: a field and a colon, a value of the field, or an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.cli.completion.names import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.index.suggestions import Suggestions

LISTS = ("tag", "task", "type", "repo", "license", "format", "language")
"""Fields whose values the index has in lists."""

FIELDS = (*LISTS, "id", "name", "size", "doi", "is")

STATES = ("downloaded", "family", "gated")
"""What a data set may be."""


def terms(word: str, known: Suggestions) -> list[str]:
    """Return the terms that begin as a word does; a minus sign stands before all of one."""
    if word.startswith("-"):
        return [f"-{each}" for each in terms(word[1:], known)]
    field, colon, value = word.partition(":")
    if colon:
        return [f"{field}:{each}" for each in _values(field, value, known)]
    return [*(f"{each}:" for each in FIELDS if each.startswith(word)), *names(word, known)]


def _values(field: str, beginning: str, known: Suggestions) -> Iterator[str]:
    if field == "id":
        yield from names(beginning, known)
        return
    found = known.texts(field) if field in LISTS else list(STATES) if field == "is" else []
    if field == "type":
        found = sorted({each.rpartition(":")[2] for each in found})
    yield from (each for each in found if each.lower().startswith(beginning.lower()))
