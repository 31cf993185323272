"""Reading a query.

::

    query  = all ("OR" all)*
    all    = part ("AND"? part)*
    part   = ("-" | "NOT") part | "(" query ")" | term
    term   = (field ":")? value | field ":"? comparison number
    value  = '"' ... '"' | "/" ... "/" | what has no blank, other than within parentheses

A parenthesis that is not closed before a blank belongs to a regular expression.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.errors import UsageError
from datamaestro.query.fields import IS, SEARCHED, SIZE, Vocabulary, near_or_all
from datamaestro.query.tree import (
    AND,
    EVERYTHING,
    NOT,
    OR,
    PATTERN,
    PLAIN,
    QUOTED,
    Query,
    Term,
    joined,
    negated,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST, MOST_TERMS, DEEPEST = 10_000, 400, 40
"""Characters and terms of a query, and parentheses within parentheses."""

FIELD = r"([^\W\d_]+):"

COMPARED = r"([^\W\d_]+)(?=[<>=]|\s+([<>]=?|=)([\s\d.]|$))"
"""A field without its colon, before what its values are compared with."""

NUMBER = r"\s*([<>]=?|=)\s*([\w.:-]*(?:(?<=\d)\s+([kmgtp]?i?b|s|min|[hdwy])(?=[\s)]|$))?)"
"""What a value is compared with; blanks do not matter in it, nor before its unit."""

NOTHING = r"([<>]=?|=)([\s\d.]|$)"
"""A comparison with nothing before it."""

_QUOTED = r'"((?:[^"\\]|\\.)*)"(?=[\s)]|$)'
_PATTERN = r"/((?:[^/\\]|\\.|/(?![\s)]|$))*)/(?=[\s)]|$)"
VALUES = {QUOTED: _QUOTED, PATTERN: _PATTERN}
"""What a value is that begins with each of these."""

PARENTHESIS = rf"\\.|(?:(?<!\S)|(?<=\())-*(?:{FIELD})?(?:{_QUOTED}|{_PATTERN})|[()]"
"""A parenthesis; or else what is gone over, as parentheses in it close nothing."""

ALONE = rf"(-*)({FIELD})(.*\s.*)"
"""An argument that is a field and a value with blanks, whose quotes a shell may have taken."""


def parse_query(arguments: str | Iterable[str], vocabulary: Vocabulary = SEARCHED) -> Query:
    """Return the tree of a query, or of the arguments of a command.

    Arguments are read as if they were written one after the other, with blanks between them; but
    see :func:`as_written`.

    Args:
        arguments: what is to be read.
        vocabulary: the fields that there are.

    Raises:
        UsageError: it cannot be understood; the message says where.
    """
    if not isinstance(arguments, str):
        arguments = " ".join(map(as_written, arguments))
    return Reader(arguments, vocabulary).query()


def as_written(argument: str) -> str:
    """Return an argument as it was written, if a shell has taken quotes away from its value.

    ``tag:"machine translation"`` comes as ``tag:machine translation``: it finds what has that tag,
    and also, where somebody meant two arguments, what has that tag and the word.
    """
    match = re.fullmatch(ALONE, argument, re.DOTALL)
    if match is not None and match[3].lower() in (SIZE, IS):
        return "".join(argument.split())
    if match is None or re.search(r'["/:()]|(^|\s)(-|OR\b|AND\b|NOT\b)', match[4]):
        return argument
    quoted = Term(match[3], match[4].strip(), QUOTED)
    return f"{match[1]}{quoted}" if match[1] else f"({quoted} OR {argument})"


class Reader:
    """Reads a query from its beginning to its end.

    Args:
        text: the query.
        vocabulary: the fields that there are.
    """

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._at = 0
        if len(text) > LONGEST:
            raise UsageError(f"a query has at most {LONGEST:,} characters, and this {len(text):,}")
        if odd := re.search("[\ud800-\udfff]", text):
            raise UsageError(f"character {odd.start() + 1} of the query is none: {odd[0]!r}")
        self._terms = self._depth = 0
        self._closing = _closing(text)
        self._signs = not {"<", ">", "="}.isdisjoint(text)

    def query(self) -> Query:
        """Return the tree.

        Raises:
            UsageError: it cannot be understood.
        """
        found = self._either()
        if self._next():
            raise self._wrong(self._at, "nothing is closed by this parenthesis")
        return found

    def _either(self) -> Query:
        parts = [self._all()]
        while self._takes(OR):
            parts.append(self._all())
        if len(parts) > 1 and EVERYTHING in parts:
            raise self._wrong(self._at, "something is missing beside OR")
        return joined(OR, parts)

    def _all(self) -> Query:
        parts: list[Query] = []
        while True:
            if self._takes(AND):
                if not parts or self._next() in ("", ")"):
                    raise self._wrong(self._at, "something is missing beside AND")
            elif self._next() in ("", ")") or self._word() == OR:
                return joined(AND, parts)
            parts.append(self._part())

    def _part(self) -> Query:
        negations = 0
        while self._is_negated():
            negations += 1
        if self._next() in ("", ")") or self._word() in (AND, OR):
            raise self._wrong(self._at, "something is missing here")
        found = self._group() if self._opens() else self._term()
        return negated(found) if negations % 2 else found

    def _is_negated(self) -> bool:
        if self._next() != "-":
            return self._takes(NOT)
        if not self._text[self._at + 1 : self._at + 2].strip(" )"):
            raise self._wrong(self._at, "a minus sign stands right before what must not match")
        self._at += 1
        return True

    def _opens(self) -> bool:
        """Return whether a group begins here, rather than a regular expression."""
        end = self._closing.get(self._at) if self._next() == "(" else None
        if end is None or self._text.startswith("(?", self._at):
            return False
        return self._text[end + 1 : end + 2].strip() in ("", ")")

    def _group(self) -> Query:
        start = self._at
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(start, f"there are more than {DEEPEST} parentheses in each other")
        self._at += 1
        found = self._either()
        if found == EVERYTHING:
            raise self._wrong(start, "there is nothing between the parentheses")
        self._next()
        self._at += 1
        self._depth -= 1
        return found

    def _term(self) -> Term:
        start = self._at
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._wrong(start, f"there are more than {MOST_TERMS} terms")
        field = self._field()
        term = Term(field, *(self._compared(field) or self._value()))
        try:
            return self._vocabulary.as_meant(term)
        except UsageError as error:
            raise self._wrong(start, error.message, error.hint) from error

    def _field(self) -> str:
        known, others = self._vocabulary.known, self._vocabulary.others
        match = re.compile(FIELD).match(self._text, self._at) or self._compares()
        if match is None:
            return ""
        name = match[1].lower()
        field = others.get(name, name)
        if field not in known:
            hint = near_or_all(name, known, others=others)
            raise self._wrong(self._at, f"there is no field {match[1]}", hint)
        if match[0][-1] != ":" and field not in self._vocabulary.compared:
            raise self._wrong(self._at, f"{match[1]} is nothing to compare", f"write {field}:")
        self._at = match.end()
        return field

    def _compares(self) -> re.Match[str] | None:
        """Return the field, known or not, that is compared here without a colon."""
        if not self._signs:
            return None
        if re.compile(NOTHING).match(self._text, self._at):
            raise self._wrong(self._at, "there is no field before this", "such as size>1GB")
        return re.compile(COMPARED).match(self._text, self._at)

    def _compared(self, field: str) -> tuple[str, str] | None:
        """Return what the values of a field are compared with, if that stands here."""
        if not self._signs or field not in self._vocabulary.compared:
            return None
        match = re.compile(NUMBER, re.IGNORECASE).match(self._text, self._at)
        if match is None:
            return None
        self._at = match.end()
        return "".join((match[1] + match[2]).split()), PLAIN

    def _value(self) -> tuple[str, str]:
        """Return what a value says, and how it is written."""
        form = self._text[self._at : self._at + 1]
        if form not in VALUES:
            text = self._word()
            self._at += len(text)
            return text, PLAIN
        match = re.compile(VALUES[form], re.DOTALL).match(self._text, self._at)
        if match is None:
            raise self._wrong(self._at, f"there is no {form} that ends this, and a blank after it")
        self._at = match.end()
        text = match[1]
        if form == QUOTED:
            text = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
        return text, form

    def _next(self) -> str:
        """Go to what is no blank, and return it; at the end, nothing."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _word(self) -> str:
        """Return what stands here, up to a blank or to what closes a group."""
        end = self._at
        while end < len(self._text) and not self._text[end].isspace():
            if self._text[end] == ")" and self._depth:
                break
            if self._text[end] == "\\":
                end += 1
            end = self._closing.get(end, end) + 1
        return self._text[self._at : end]

    def _takes(self, operator: str) -> bool:
        """Go over an operator, if it stands here."""
        self._next()
        if self._word() != operator:
            return False
        self._at += len(operator)
        return True

    def _wrong(self, start: int, problem: str, hint: str = "") -> UsageError:
        self._at = start
        self._next()
        here = self._word() or self._text[self._at :]
        where = f"{here!r} (character {self._at + 1} of the query)" if here else "the query's end"
        return UsageError(f"{where}: {problem}", hint=hint)


def _closing(text: str) -> dict[int, int]:
    """Return where each parenthesis is closed that is."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for match in re.finditer(PARENTHESIS, text, re.DOTALL) if "(" in text else ():
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            found[opened.pop()] = match.start()
    return found
