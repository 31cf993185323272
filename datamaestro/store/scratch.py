"""Where a file is written before it takes its place, and what killed processes left there."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.store.owner import Owner

STALE = 24 * 3600
"""Seconds after which nobody is still writing, whoever cannot be asked whether he is."""


def scratch_beside(path: Path) -> Path:
    """Return the name of a new file in the same folder; it says which process writes it."""
    from datamaestro.store.owner import this_process

    own = this_process()
    who = f"{_machine(own)}-{own.pid}-{own.started}-{os.urandom(4).hex()}"
    return path.with_name(_prefix(path) + who)


def sweep(path: Path, *, unknown: bool = True) -> None:
    """Remove what killed processes were writing beside a file.

    Args:
        path: of the file.
        unknown: whether also that of which nobody can tell whether it is still written, when it is
            old enough; among files of a user's own it may be anything.
    """
    names: list[str] = []
    with suppress(OSError):
        names = os.listdir(path.parent)  # noqa: PTH208 - each search asks, and pathlib is slower
    for file in [path.with_name(name) for name in names if name.startswith(_prefix(path))]:
        with suppress(OSError):  # somebody else has removed it
            if _is_left(file, unknown=unknown):
                file.unlink()


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _is_left(file: Path, *, unknown: bool) -> bool:
    """Return whether nobody writes a file any more."""
    ended = _has_ended(file.name.rpartition(".")[2])
    if ended is None:
        return unknown and time.time() - file.stat().st_mtime > STALE
    return ended


def _has_ended(who: str) -> bool | None:
    """Return whether a process has ended; None where that cannot be told from here."""
    from datamaestro.store.owner import Owner, this_process

    machine, _, process = who.partition("-")
    pid, _, rest = process.partition("-")
    here = this_process()
    if machine != _machine(here) or not pid.isdecimal():
        return None
    return Owner(here.host, here.kernel, int(pid), rest.partition("-")[0], "").has_ended()


def _machine(owner: Owner) -> str:
    """Return what tells a host and its space of process ids from others."""
    return f"{crc32(f'{owner.host} {owner.kernel}'.encode()):08x}"
