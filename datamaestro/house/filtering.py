"""Filtering what is on disk: the search language with the fields of accounts."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING

from datamaestro.ages import parse_age
from datamaestro.errors import UsageError
from datamaestro.house.accounts import STATES
from datamaestro.query.fields import Vocabulary, bounds_of, near_or_all, pattern
from datamaestro.query.reading import parse_query
from datamaestro.query.tree import AND, NOT, PATTERN, PLAIN, QUOTED, Query, Term, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from datamaestro.house.accounts import Account

FIELDS = ("id", "repo", "from", "state", "size", "files", "used")

ID, REPOSITORY, SOURCE, STATE, SIZE, FILES, USED = FIELDS

NUMBERS = (SIZE, FILES)

OTHER_NAMES = {"repository": REPOSITORY, "is": STATE}

COMPARISON = r"(?P<sign>[<>]=?|=?)\s*(?P<text>.+)"

OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}

HINT = "such as used<30d, used>12h or used>=2026-01-31"


def parse_filter(expressions: Iterable[str]) -> Query:
    """Return the tree of expressions, all of which have to hold.

    Raises:
        UsageError: one cannot be understood.
    """
    return joined(AND, [parse_query(one, HELD) for one in expressions])


def asks_for(query: Query, field: str) -> bool:
    """Return whether a query asks for a field anywhere."""
    if isinstance(query, Term):
        return query.field == field
    return any(asks_for(part, field) for part in query.parts)


def matches(query: Query, account: Account, now: float | None = None) -> bool:
    """Return whether a query finds an account.

    Args:
        query: of :func:`parse_filter`.
        account: what is on disk of a data set.
        now: in seconds since 1970.
    """
    moment = time.time() if now is None else now
    if isinstance(query, Term):
        return _has(query, account, moment)
    found = (matches(part, account, moment) for part in query.parts)
    if query.operator == NOT:
        return not next(found)
    return all(found) if query.operator == AND else any(found)


def _has(term: Term, account: Account, now: float) -> bool:
    if term.field in NUMBERS:
        number = account.size if term.field == SIZE else account.files
        return all(_holds(number, sign, bound) for sign, bound in bounds_of(term.text))
    if term.field == USED:
        sign, moment = _moment(term.text, now)
        return account.used is not None and _holds(account.used, sign, moment)
    texts: Sequence[str] = {
        ID: (account.id,),
        REPOSITORY: (account.repository,),
        SOURCE: account.sources,
        STATE: (account.state,),
    }[term.field or ID]
    if term.form == PATTERN:
        wanted = pattern(term.text)
        return any(wanted.search(text) for text in texts)
    if term.form == QUOTED or term.field == STATE:
        return any(term.text.lower() == text.lower() for text in texts)
    return any(term.text.lower() in text.lower() for text in texts)


def _holds(value: float, sign: str, bound: float) -> bool:
    if sign in ("<", "<="):
        return value < bound or (sign == "<=" and value == bound)
    if sign in (">", ">="):
        return value > bound or (sign == ">=" and value == bound)
    return value == bound


def _moment(text: str, now: float) -> tuple[str, float]:
    """Return what ``used`` is compared with, such as ``<30d``: less than 30 days ago.

    Raises:
        UsageError: it cannot be understood.
    """
    found = re.fullmatch(COMPARISON, text, re.DOTALL)
    if found is None or not found["sign"]:
        raise UsageError(f"{text!r} compares nothing", hint=HINT)
    sign, said = found["sign"], found["text"]
    try:
        if re.match(r"\d{4}-", said):
            return sign, datetime.fromisoformat(said).timestamp()
        return OPPOSITE[sign], now - parse_age(said).total_seconds()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(str(error), hint=HINT) from error


def _as_meant(term: Term) -> Term:
    """Return a term as it is meant in its field.

    Raises:
        UsageError: it cannot be understood.
    """
    if term.field in NUMBERS:
        bounds_of(term.text)
        return term._replace(form=PLAIN)
    if term.field == USED:
        _moment(term.text, 0)
        return term._replace(form=PLAIN)
    if term.form == PATTERN:
        pattern(term.text)
    elif term.field == STATE and term.text.lower() not in STATES:
        hint = near_or_all(term.text, STATES, STATE)
        raise UsageError(f"no state is called {term.text!r}", hint=hint)
    elif term.form == PLAIN and not (term.field or re.search(r"\w", term.text)):
        raise UsageError("there is no word in this, which would be looked for in ids")
    return term


HELD = Vocabulary(FIELDS, OTHER_NAMES, (SIZE, FILES, USED), _as_meant)
"""The fields of what is on disk."""
