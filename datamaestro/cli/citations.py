"""How data sets are cited: the BibTeX of their definitions, or entries made of what is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.checking.bibtex import Entry, entries_of, fault_of
from datamaestro.cli.table import harmless
from datamaestro.index.facts import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.cli.known import Known
    from datamaestro.index.facts import Facts

ESCAPES = {
    **{char: f"\\{char}" for char in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""What LaTeX takes for something else than a character of the text."""


class Citation(NamedTuple):
    """How a data set is cited.

    Args:
        identity: its full name.
        keys: of its entries.
        entries: in BibTeX, in which no two of all that are cited have the same key.
        lack: why they are made of what is known; empty where its author has written them.
    """

    identity: str
    keys: tuple[str, ...]
    entries: tuple[str, ...]
    lack: str


def citations(found: Iterable[Known]) -> Iterator[Citation]:
    """Iterate over the citations of data sets, each of them once."""
    keys: dict[str, str] = {}
    for one in {identity_of(one.facts): one for one in found}.values():
        text = one.facts["citation"]
        lack = _lack(text)
        entries = [_made(one.facts)] if lack else entries_of(text)
        told = [_with_free_key(entry, keys) for entry in entries]
        named = tuple(entry.key for entry in told if entry.key)
        yield Citation(one.identity, named, tuple(entry.text for entry in told), lack)


def _lack(text: str) -> str:
    if not text.strip():
        return "has no citation"
    fault = fault_of(text)
    return f"has a citation that is no BibTeX ({fault})" if fault else ""


def _with_free_key(entry: Entry, keys: dict[str, str]) -> Entry:
    """Return an entry with a key that no other one has; ``keys`` has their texts by key."""
    body, number = " ".join(entry.body.split()), 1
    while entry.key:
        key = entry.key if number == 1 else f"{entry.key}-{number}"
        if keys.setdefault(key.lower(), body) == body:
            return entry._replace(key=key)
        number += 1
    return entry


def _made(facts: Facts) -> Entry:
    """Return an entry of what is known."""
    fields = {
        "title": _escaped(facts["name"]) or _escaped(facts["id"]),
        "version": _escaped(facts["version"]),
        "doi": _quoted(facts["doi"]),
        "url": _quoted(facts["url"] or facts["homepage"]),
        "note": _escaped(facts["citation"]),
    }
    lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text]
    key = re.sub(r"[^\w.-]", "-", facts["id"], flags=re.ASCII)
    return Entry("misc", key, ",\n" + ",\n".join(lines) + "\n}")


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(char, char) for char in harmless(text))


def _quoted(address: str) -> str:
    """Return an address in which no brace is open and nothing is taken for a command."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", address.strip())
