"""Numbers of bytes, as people write them."""

from __future__ import annotations

import math
import re

SIZE = (
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"\s*(?:(?P<prefix>[kKmMgGtTpP])(?P<binary>i)?)?B?"
)
PREFIXES = "kmgtp"


def parse_size(text: str) -> float:
    """Return the bytes that a text such as ``2M``, ``500 kB`` or ``1.5GiB`` says.

    k, M, G, T and P are powers of 1000; Ki, Mi, Gi, Ti and Pi of 1024.

    Raises:
        ValueError: it is none of these.
    """
    match = re.fullmatch(SIZE, text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no number of bytes, such as 500k, 2MB or 1.5GiB")
    prefix = match["prefix"]
    power = PREFIXES.index(prefix.lower()) + 1 if prefix else 0
    found = float(match["number"]) * float(1024 if match["binary"] else 1000) ** power
    if not found < math.inf:
        raise ValueError(f"{text!r} is too many bytes")
    return found


def shown_size(number: int) -> str:
    """Return a number of bytes as a person reads it.

    >>> shown_size(9_912_422)
    '9.9 MB'
    """
    if number < 1000:
        return f"{number} B"
    amount, power = float(number), -1
    while amount >= 999.5 and power < len(PREFIXES) - 1:
        amount, power = amount / 1000, power + 1
    prefix = PREFIXES[power]
    return f"{amount:.{int(amount < 9.95)}f} {prefix if prefix == 'k' else prefix.upper()}B"
