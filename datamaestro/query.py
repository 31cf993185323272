"""The search language: terms that a card must match."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.errors import UsageError

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Card

Matcher = Callable[["Card"], bool]

FIELDS = {
    "id": "id",
    "tag": "tags",
    "task": "tasks",
    "repo": "repository",
    "repository": "repository",
}
"""The attribute of a card in which each field that takes a regular expression is looked for."""


class Term(NamedTuple):
    """One term of a search.

    Args:
        attribute: of a card, in which it is looked for.
        test: returns whether a text matches; where the attribute is several, one is enough.
    """

    attribute: str
    test: Callable[[str], bool]

    def matches(self, card: Card) -> bool:
        """Return whether a card matches."""
        value = getattr(card, self.attribute)
        return any(map(self.test, (value,) if isinstance(value, str) else value))


def parse_query(terms: Iterable[str]) -> Matcher:
    """Return what says whether a card matches every term.

    Raises:
        UsageError: a regular expression cannot be understood.
    """
    parsed = parse_terms(terms)
    return lambda card: all(term.matches(card) for term in parsed)


def parse_terms(terms: Iterable[str]) -> list[Term]:
    """Return the terms of a search.

    Raises:
        UsageError: a regular expression cannot be understood.
    """
    return [_parse_term(term) for term in terms]


def _parse_term(term: str) -> Term:
    name, colon, value = term.partition(":")
    if not colon or not name.isalpha():
        name, value = "id", term
    if name == "type":
        wanted = value.lower().replace(":", ".")
        return Term("types", lambda dotted: wanted in _names_of_type(dotted))
    if name not in FIELDS:
        known = ", ".join(f"{field}:" for field in [*FIELDS, "type"])
        raise UsageError(f"{term!r}: there is no field {name}", hint=f"fields are {known}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            pattern = re.compile(value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"{value!r} is not a regular expression: {error}") from error
    return Term(FIELDS[name], lambda text: pattern.search(text) is not None)


def _names_of_type(dotted: str) -> tuple[str, str]:
    """Return a type's full and short name, in lower case."""
    return dotted.lower().replace(":", "."), dotted.lower().rpartition(":")[2]
