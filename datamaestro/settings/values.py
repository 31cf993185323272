"""From what a setting says to its value; a ``ValueError`` says what is wrong with it."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from datamaestro.sizes import parse_size
from datamaestro_hookspecs.errors import shown

N = TypeVar("N", int, float)

TRUE = {"1", "on", "yes", "true"}
FALSE = {"", "0", "off", "no", "false"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

MIRROR = r"(?P<origin>\S+?)=(?P<mirror>[a-z][a-z0-9+.-]*:\S+)"


class Mirror(NamedTuple):
    """URLs that begin with ``origin`` are tried below ``mirror`` first."""

    origin: str
    mirror: str

    def __repr__(self) -> str:
        """Show no password."""
        return f"Mirror(origin={shown(self.origin)!r}, mirror={shown(self.mirror)!r})"


def boolean(value: object) -> bool:
    """Return what ``yes``, ``no``, and words like them say."""
    word = str(value).strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError(f"{value!r} is neither yes nor no")
    return word in TRUE


def path(value: str) -> Path:
    """Return a path, which is not empty."""
    if not value:
        raise ValueError("it is empty")
    return Path(value)


def paths(value: object) -> tuple[Path, ...]:
    """Return the paths of a text that separates them by colons, as PATH does, or of a list."""
    words = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("it is neither a list of paths nor paths with colons between them")
    return tuple(Path(word) for word in words if word)


def at_least(
    least: float, number: Callable[[Any], N], most: float = math.inf
) -> Callable[[Any], N]:
    """Return a function that returns a number between two others."""

    def convert(value: object) -> N:
        try:
            result = number(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a number") from None
        if isinstance(value, bool) or (isinstance(value, float) and result != value):
            raise ValueError(f"{value!r} is not a number of that kind")
        if not least <= result <= most:
            raise ValueError(f"it is not between {least:g} and {most:g}")
        return result

    return convert


def parse_rate(text: str) -> float | None:
    """Return the bytes per second that a text such as ``2M``, ``500 kB/s`` or ``1.5GiB`` says.

    k, M, G and T are powers of 1000; Ki, Mi, Gi and Ti of 1024. ``B`` or ``B/s`` may follow.

    Returns:
        None where it is 0 or empty: no limit.

    Raises:
        ValueError: it is none of these, or less than one byte per second.
    """
    words = text.strip()
    if not words:
        return None
    try:
        found = parse_size(words.removesuffix("/s") if words.endswith("B/s") else words)
    except ValueError:
        problem = f"{text!r} is no rate, such as 500k, 2M or 1.5MiB (bytes per second)"
        raise ValueError(problem) from None
    if found == 0:
        return None
    if found < 1:
        raise ValueError(f"{text!r} is no rate of at least 1 byte per second")
    return found


def rate(value: object) -> float | None:
    """Return the rate that a text or a number says; see :func:`parse_rate`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no rate, such as 500k, 2M or 1.5MiB (bytes per second)")
    return parse_rate(str(value))


def mirrors(value: str | Mapping[str, str]) -> tuple[Mirror, ...]:
    """Return the mirrors of a text ``origin=mirror …`` or a table."""
    if isinstance(value, Mapping):
        value = " ".join(f"{origin}={mirror}" for origin, mirror in value.items())
    matches = [(word, re.fullmatch(MIRROR, word)) for word in value.split()]
    for word, match in matches:
        if match is None:
            raise ValueError(f"{word!r} is not of the form https://origin/=https://mirror/")
    return tuple(Mirror(match["origin"], match["mirror"]) for _, match in matches if match)


def level(value: str) -> str:
    """Return a level of the log, in upper case."""
    if value.upper() not in LEVELS:
        raise ValueError(f"it is none of {', '.join(LEVELS)}")
    return value.upper()


def words(value: str) -> tuple[str, ...]:
    """Return a program and its arguments, as a shell splits them; at least the program."""
    import shlex

    found = tuple(shlex.split(value))
    if not found:
        raise ValueError("it is empty")
    return found


def switches(value: str | list[str]) -> frozenset[str]:
    """Return the names that ``-name …`` switches off."""
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    for word in words:
        if not isinstance(word, str) or not word.startswith("-") or len(word) == 1:
            raise ValueError(f"{word!r} is not of the form -name")
    return frozenset(word[1:] for word in words)
