"""Comparing what is on record of a file with what was found at its place."""

from __future__ import annotations

import os
import stat
from errno import (
    EACCES,
    EINVAL,
    EISDIR,
    ELOOP,
    ENAMETOOLONG,
    ENODEV,
    ENOENT,
    ENOTDIR,
    ENXIO,
    EPERM,
    ESTALE,
)
from typing import TYPE_CHECKING

from datamaestro.house.verifying.states import FileState, State

if TYPE_CHECKING:
    from datamaestro.house.verifying.reading import Found
    from datamaestro.store.manifest import FileFacts

GONE = {ENOENT, ENOTDIR, ESTALE}
NO_FILE = {EINVAL, EISDIR, ENXIO, ENODEV, ELOOP}
REFUSED = {EACCES, EPERM, ENAMETOOLONG}

UNKNOWN = -1
"""The size of a file of which none is on record."""

NOT_A_FILE = "it is no file"
OTHER_TIME = "it has another time"


def failed(path: str, error: int, why: str = "") -> FileState:
    """Return the state of what cannot be read.

    A disk that has lost what is there has changed it; what may not be read may be right.
    """
    if error in GONE:
        return FileState(path, State.MISSING)
    if error in NO_FILE:
        return FileState(path, State.CHANGED, why or NOT_A_FILE)
    state = State.UNREADABLE if error in REFUSED else State.CHANGED
    return FileState(path, state, why or os.strerror(error))


def compare_read(fact: FileFacts, found: Found) -> FileState:
    """Return the state of a file that was read, or could not be."""
    error, size, mtime_ns, _, _, sha256 = found
    if error:
        return failed(fact.path, error)
    if sha256 != fact.sha256:
        differs = fact.size not in (size, UNKNOWN)
        why = sizes(size, fact.size) if differs else "it has another content"
        return FileState(fact.path, State.CHANGED, why)
    if (size, mtime_ns) != (fact.size, fact.mtime_ns):
        fact = fact._replace(size=size, mtime_ns=mtime_ns)
    return FileState(fact.path, State.RIGHT, "", fact)


def compare_look(fact: FileFacts, place: str) -> FileState:
    """Return the state of a file by its size and time."""
    try:
        status = os.stat(place)  # noqa: PTH116 - once per file, so it has to be quick
    except OSError as error:
        return failed(fact.path, error.errno or EINVAL)
    if not stat.S_ISREG(status.st_mode):
        return FileState(fact.path, State.CHANGED, NOT_A_FILE)
    if status.st_size != fact.size:
        return FileState(fact.path, State.CHANGED, sizes(status.st_size, fact.size))
    if status.st_mtime_ns != fact.mtime_ns:
        return FileState(fact.path, State.CHANGED, OTHER_TIME)
    return FileState(fact.path, State.RIGHT, "", fact)


def compare_link(fact: FileFacts, place: str, *, leads: bool) -> FileState:
    """Return the state of a link; whether anything is there only counts if it has to ``lead``."""
    try:
        target = os.readlink(place)  # noqa: PTH115 - likewise
    except OSError as error:
        why = "it is no link" if error.errno == EINVAL else ""
        return failed(fact.path, error.errno or EINVAL, why)
    if target != fact.link:
        return FileState(fact.path, State.CHANGED, f"it leads to {target}, not to {fact.link}")
    if leads and not os.path.exists(place):  # noqa: PTH110 - likewise
        return FileState(fact.path, State.MISSING, f"it leads to {target}, where nothing is")
    return FileState(fact.path, State.RIGHT, facts=fact)


def sizes(found: int, recorded: int) -> str:
    """Return how a size differs."""
    return f"it has {found:,} bytes, not {recorded:,}"
