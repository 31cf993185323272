"""The search language: terms that a card must match."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from datamaestro.errors import UsageError

if TYPE_CHECKING:
    from datamaestro_hookspecs.cards import Card

Matcher = Callable[["Card"], bool]

FIELDS: dict[str, Callable[[Card], Iterable[str]]] = {
    "id": lambda card: (card.id,),
    "tag": lambda card: card.tags,
    "task": lambda card: card.tasks,
    "repo": lambda card: (card.repository,),
    "repository": lambda card: (card.repository,),
}
"""What each field that takes a regular expression is looked for in."""


def parse_query(terms: Iterable[str]) -> Matcher:
    """Return what says whether a card matches every term.

    Raises:
        UsageError: a regular expression cannot be understood.
    """
    matchers = [_parse_term(term) for term in terms]
    return lambda card: all(matches(card) for matches in matchers)


def _parse_term(term: str) -> Matcher:
    name, colon, value = term.partition(":")
    if not colon or not name.isalpha():
        name, value = "id", term
    if name == "type":
        wanted = value.lower().replace(":", ".")
        return lambda card: any(wanted in _names_of_type(dotted) for dotted in card.types)
    if name not in FIELDS:
        known = ", ".join(f"{field}:" for field in [*FIELDS, "type"])
        raise UsageError(f"{term!r}: there is no field {name}", hint=f"fields are {known}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            pattern = re.compile(value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"{value!r} is not a regular expression: {error}") from error
    texts = FIELDS[name]
    return lambda card: any(pattern.search(text) for text in texts(card))


def _names_of_type(dotted: str) -> tuple[str, str]:
    """Return a type's full and short name, in lower case."""
    return dotted.lower().replace(":", "."), dotted.lower().rpartition(":")[2]
