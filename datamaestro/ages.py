"""Lengths of time, as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


def parse_age(text: str) -> timedelta:
    """Return the length of time that a text such as ``30d`` or ``12h`` says.

    s, min, h, d, w and y are seconds, minutes, hours, days, weeks and years of 365 days.

    Raises:
        ValueError: it is none of these.
    """
    found = re.fullmatch(rf"([0-9]+(?:\.[0-9]+)?)\s*({'|'.join(UNITS)})", text.strip())
    try:
        if found is not None:
            return float(found[1]) * UNITS[found[2]]
    except OverflowError:
        pass
    raise ValueError(f"{text!r} is no length of time, such as 12h, 30d or 8w")


def shown_age(age: timedelta) -> str:
    """Return a length of time as a person reads it, in its largest unit, and no more of it.

    >>> shown_age(timedelta(days=15, hours=3))
    '2w'
    """
    known = [(name, length) for name, length in UNITS.items() if age >= length]
    name, length = known[-1] if known else ("s", UNITS["s"])
    return f"{max(0, age // length)}{name}"
