"""What an orphan is, and what may be one."""

from __future__ import annotations

from typing import NamedTuple


class Orphan(NamedTuple):
    """Something that belongs to no data set that is known.

    Args:
        path: of it, below the data directory.
        reason: why it is one.
        dataset: full name of the data set that it was of; empty where none is on record.
        resource: of that data set, which is known; empty where it is not.
    """

    path: str
    reason: str
    dataset: str = ""
    resource: str = ""


class Unknown(NamedTuple):
    """Something of which nobody can tell to whom it belongs.

    Args:
        path: of it, below the data directory.
        reason: why not.
    """

    path: str
    reason: str


class Orphans(NamedTuple):
    """What was found, each sorted by path."""

    orphans: list[Orphan]
    unknown: list[Unknown]
