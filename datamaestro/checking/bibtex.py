"""Whether a text is BibTeX, as far as its entries, keys, fields and braces go."""

from __future__ import annotations

import re
from typing import NamedTuple

ENTRY = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*\{")
KEY = re.compile(r"\s*[^\s,{}()=#%\"'~\\@]+\s*(?=[,}])")
FIELD = re.compile(r"\s*[A-Za-z][\w:+.-]*\s*=\s*")
WORD = re.compile(r"\s*(\d+|[A-Za-z][\w:+.-]*)")
UNKEYED = {"string", "preamble", "comment"}
"""What is no entry."""


def fault_of(text: str) -> str:
    """Return what is wrong with a text in BibTeX; nothing where it has entries, and all is well."""
    position, entries = 0, 0
    while found := ENTRY.search(text, position):
        kind = found["kind"].lower()
        end = _closing(text, found.end() - 1)
        if end is None:
            return f"a brace of @{found['kind']} is not closed"
        if kind not in UNKEYED:
            entries += 1
            problem = _fault_of_entry(text[found.end() : end + 1])
            if problem:
                return f"@{found['kind']} {problem}"
        position = end + 1
    return "" if entries else "it has no entry, such as @article{key, title = {…}}"


class Entry(NamedTuple):
    """An entry, or what stands among them.

    Args:
        kind: such as ``article``.
        key: by which it is cited; empty of what is no entry.
        body: what stands behind that, with the brace that closes it.
    """

    kind: str
    key: str
    body: str

    @property
    def text(self) -> str:
        """The same in BibTeX."""
        return f"@{self.kind}{{{self.key}{self.body}"


def entries_of(text: str) -> list[Entry]:
    """Return the entries of a text in which there is no fault, without comments."""
    found, position = [], 0
    while head := ENTRY.search(text, position):
        kind = head["kind"].lower()
        position = 1 + (_closing(text, head.end() - 1) or len(text))
        body = text[head.end() : position]
        key = "" if kind in UNKEYED else re.split("[,}]", body, maxsplit=1)[0]
        if kind != "comment":
            found.append(Entry(head["kind"], key.strip(), body[len(key) :]))
    return found


def _closing(text: str, start: int) -> int | None:
    """Return where the brace that opens at ``start`` is closed."""
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return found.start()
    return None


def _fault_of_entry(body: str) -> str:
    """Return what is wrong with all that stands after an entry's first brace."""
    key = KEY.match(body)
    if key is None:
        return "has no key"
    position = key.end()
    while body[position:].strip(", \t\r\n") != "}":
        field = FIELD.match(body, _after_comma(body, position))
        if field is None or body[position : position + 1] != ",":
            where = " ".join(body[position : position + 30].split())
            return f"has something else than a field, or no comma, at {where!r}"
        value = _after_value(body, field.end())
        if value is None:
            return f"has no value for {field[0].strip(' =')!r}"
        position = value
    return ""


def _after_comma(body: str, position: int) -> int:
    return position + 1 if body[position : position + 1] == "," else position


def _after_value(body: str, position: int) -> int | None:
    """Return where a value ends: braces, quotes, a number or a name, or several joined by #."""
    while True:
        opening = body[position : position + 1]
        end: int | None
        if opening == "{":
            closing = _closing(body, position)
            end = None if closing is None else closing + 1
        elif opening == '"':
            end = _after_quote(body, position)
        else:
            word = WORD.match(body, position)
            end = word.end() if word else None
        if end is None:
            return None
        rest = re.compile(r"\s*(#\s*)?").match(body, end)
        position = rest.end() if rest else end
        if not (rest and rest[1]):
            return position


def _after_quote(body: str, start: int) -> int | None:
    """Return where a value in quotes ends; quotes within braces do not count."""
    depth = 0
    for found in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(body, start + 1):
        if found[0] == '"' and depth == 0:
            return found.end()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    return None
