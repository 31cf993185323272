"""What a value means in each field: which texts of a data set it finds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from datamaestro.errors import UsageError
from datamaestro.query.formats import format_name
from datamaestro.query.tree import PATTERN, PLAIN, QUOTED, Term
from datamaestro.sizes import parse_size

Test = Callable[[str], bool]


def _contains(value: str) -> Test:
    wanted = value.lower()
    return lambda text: wanted in text.lower()


def _begins_a_word(value: str) -> Test:
    """Find ``MIT`` in ``MIT-0``, but not in what is permitted."""
    pattern = re.compile(rf"(?<![^\W_]){re.escape(value)}", re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _is_of_type(value: str) -> Test:
    """Find a type by its short or full name; what is empty finds none, as in earlier versions."""
    wanted = value.lower().replace(":", ".")
    return lambda dotted: (
        wanted
        in (
            dotted.lower().replace(":", "."),
            dotted.lower().rpartition(":")[2],
        )
    )


def _is_format(value: str) -> Test:
    wanted = format_name(value.lower().removeprefix("."))
    return lambda text: wanted in ("", text)


def _is_language(value: str) -> Test:
    """Find ``en`` in ``en-GB``, too, as RFC 4647 has it."""
    wanted = value.lower().replace("_", "-")
    return lambda text: not wanted or f"{text.lower()}-".startswith(f"{wanted}-")


def _is_doi(value: str) -> Test:
    return _contains(re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", value))


class Field(NamedTuple):
    """A field in which texts are looked for; one of several is enough.

    Args:
        test: returns whether a text is meant by a value.
        as_pattern: whether a value that is neither between quotes nor between slashes is a
            regular expression, as it was in earlier versions.
    """

    test: Callable[[str], Test] = _contains
    as_pattern: bool = False


FIELDS = {
    "id": Field(as_pattern=True),
    "name": Field(),
    "tag": Field(as_pattern=True),
    "task": Field(as_pattern=True),
    "type": Field(_is_of_type),
    "repo": Field(as_pattern=True),
    "license": Field(_begins_a_word),
    "format": Field(_is_format),
    "language": Field(_is_language),
    "doi": Field(_is_doi),
}
"""The fields whose values are looked for in texts."""

SIZE, IS = "size", "is"

OTHER_NAMES = {"repository": "repo", "lang": "language", "licence": "license"}

KNOWN = (*FIELDS, SIZE, IS)


class Vocabulary(NamedTuple):
    """The fields that a query may have.

    Args:
        known: their names.
        others: other names of them.
        compared: those whose values are compared, so that ``<``, ``>`` or ``=`` may stand in place
            of the colon.
        as_meant: returns a term as it is meant in its field; raises a UsageError where it cannot be
            understood.
    """

    known: tuple[str, ...]
    others: Mapping[str, str]
    compared: tuple[str, ...]
    as_meant: Callable[[Term], Term]


DOWNLOADED = "downloaded"

STATES = (DOWNLOADED, "family", "gated")
"""What ``is:`` asks: whether it is on disk, has variants, has terms to be accepted."""

SPECIAL = set(r"^$*+?{}[]\|()" + '"')
"""Characters that make a word a regular expression, which is looked for in ids."""

COMPARISON = r"(?s)(?P<sign>[<>]=?|=?)(?P<number>.*)"

Bounds = list[tuple[str, float]]
"""Comparisons, each with a number of bytes; all have to hold."""


def as_meant(term: Term) -> Term:
    """Return a term as it is meant in its field.

    Raises:
        UsageError: it cannot be understood.
    """
    if term.field == SIZE:
        bounds_of(term.text)
        return term._replace(form=PLAIN)
    if term.field == IS:
        if term.text.lower() not in STATES:
            raise UsageError(f"nothing is {term.text!r}", hint=near_or_all(term.text, STATES, IS))
        return Term(IS, term.text.lower())
    if not term.field:
        if term.form == QUOTED or (term.form == PLAIN and SPECIAL.isdisjoint(term.text)):
            return term
        term = term._replace(field="id")
    as_pattern = FIELDS[term.field].as_pattern
    if term.form == PATTERN or (term.form == PLAIN and as_pattern):
        # so that a pattern has one spelling, however it was written
        text = re.sub(r"\\(.)", lambda found: found[found[1] == "/"], term.text, flags=re.DOTALL)
        pattern(text)
        return Term(term.field, text, PATTERN)
    return term if as_pattern else term._replace(form=PLAIN)


def test_of(term: Term) -> Test:
    """Return whether a text is what a term looks for in its field."""
    if term.form != PATTERN:
        return FIELDS[term.field].test(term.text)
    found = pattern(term.text)
    return lambda text: found.search(text) is not None


def pattern(text: str) -> re.Pattern[str]:
    """Return a regular expression, in which upper and lower case are the same.

    Raises:
        UsageError: it is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        hint = f'as words: "{text}"' if re.search(r"\w", text) and '"' not in text else ""
        raise UsageError(f"{text!r} is not a regular expression: {error}", hint=hint) from error


def bounds_of(text: str) -> Bounds:
    """Return what ``size:`` asks, such as ``>1GB`` or ``1MB..2GB``; nothing: that it is known.

    Raises:
        UsageError: it cannot be understood.
    """
    least, dots, most = text.partition("..")
    said = [(">=", least), ("<=", most)] if dots else _compared(text)
    try:
        return [(sign, _bytes(number)) for sign, number in said if number or not dots]
    except ValueError as error:
        raise UsageError(str(error), hint="such as size:>1GB, or size:1MB..2GB") from error


def _bytes(text: str) -> float:
    """Return a number of bytes; nobody asks for bits here, so a small b will do."""
    return parse_size(re.sub("b$", "B", text))


def _compared(text: str) -> list[tuple[str, str]]:
    match = re.fullmatch(COMPARISON, text)
    return [(match["sign"] or "=", match["number"])] if match and text else []


SEARCHED = Vocabulary(KNOWN, OTHER_NAMES, (SIZE,), as_meant)
"""The fields of a search in the catalogue."""


def near_or_all(
    word: str, known: tuple[str, ...], field: str = "", others: Iterable[str] = ()
) -> str:
    """Return what may have been meant by a word, and all that is known.

    Args:
        word: that is not known.
        known: what is.
        field: of which these are values; empty: they are fields.
        others: other words, for what is known.
    """
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), [*known, *others], n=1)
    shown = [f"{field}:{one}" if field else f"{one}:" for one in (*near, *known)]
    meant = f"did you mean {shown.pop(0)}? " if near else ""
    return f"{meant}there is {', '.join(shown)}"
