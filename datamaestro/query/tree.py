"""A query as a tree, and how it is written."""

from __future__ import annotations

import re
from typing import NamedTuple

AND, OR, NOT = "AND", "OR", "NOT"

PLAIN, QUOTED, PATTERN = "", '"', "/"
"""How a value is meant: as the field has it, as these very words, or as a regular expression."""

BARE = r"[^\s\"/()\\-][^\s\"()\\]*"
"""What a plain value may be without being taken for something else."""


class Term(NamedTuple):
    """One thing that is looked for.

    Args:
        field: in which; empty for a word, which is looked for in all texts.
        text: the value.
        form: how that is meant.
    """

    field: str
    text: str
    form: str = PLAIN

    def __str__(self) -> str:
        field = f"{self.field}:" if self.field else ""
        if self.form == PATTERN:
            return "".join((field, "/", self.text.replace("/", r"\/"), "/"))
        if self.form == PLAIN and (re.fullmatch(BARE, self.text) or not self.field):
            return f"{field}{self.text}"
        return field + quoted(self.text)


class Group(NamedTuple):
    """Several parts joined by AND or by OR; or one that must not match.

    Without parts, AND matches everything.
    """

    operator: str
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        if self.operator == NOT:
            return f"-{_within(self.parts[0])}"
        if self.operator == OR:
            return " OR ".join(map(str, self.parts))
        return " ".join(_within(part) if _is_or(part) else str(part) for part in self.parts)


Query = Term | Group
"""What is looked for; ``str`` writes it."""

EVERYTHING = Group(AND, ())


def joined(operator: str, parts: list[Query]) -> Query:
    """Return parts joined by AND or OR; those that are joined in the same way become one."""
    flat: list[Query] = []
    for part in parts:
        same = isinstance(part, Group) and part.operator == operator
        flat += part.parts if same and isinstance(part, Group) else [part]
    return flat[0] if len(flat) == 1 else Group(operator, tuple(flat))


def negated(query: Query) -> Query:
    """Return what matches where a query does not."""
    if isinstance(query, Group) and query.operator == NOT:
        return query.parts[0]
    return Group(NOT, (query,))


def quoted(text: str) -> str:
    """Return a text between quotes."""
    return '"{}"'.format(re.sub(r'(["\\])', r"\\\1", text))


def _is_or(query: Query) -> bool:
    return isinstance(query, Group) and query.operator == OR


def _within(query: Query) -> str:
    """Return a query as it is written within another."""
    return f"({query})" if isinstance(query, Group) and query.operator != NOT else str(query)
