"""What errors say of values: short, and what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 10
"""Values of a domain that are shown."""

LONGEST = 60
"""Characters of a value that are shown."""


def shown(value: object) -> str:
    """Return a value as an error shows it."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def listed(texts: Sequence[str]) -> str:
    """Return the first of some texts, and how many there are where these are not all.

    >>> listed(["a", "b"])
    'a, b'
    """
    first = ", ".join(texts[:SHOWN])
    return first if len(texts) <= SHOWN else f"{first}, … ({len(texts)} in all)"


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """Return a hint at what looks like a text, in whatever case; empty where nothing does."""
    from difflib import get_close_matches

    by_case = {each.lower(): each for each in known}
    found = [by_case[each] for each in get_close_matches(text.lower(), by_case)]
    return f"did you mean {' or '.join(found)}?" if found else ""
