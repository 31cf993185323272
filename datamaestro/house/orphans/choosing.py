"""Choosing among orphans: by what they were of, where they are, and since when nothing changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro.house.orphans.orphan import Orphan


def is_named(orphan: Orphan, name: str, root: Path) -> bool:
    """Return whether a user means an orphan.

    Args:
        orphan: what is asked about.
        name: id or full name of the data set that it is of, or was; or a path: its own, or of a
            folder that it is in, whole or below the data directory.
        root: the data directory.
    """
    path = name.removeprefix(f"{root}/").rstrip("/")
    return f"{orphan.path}/".startswith(f"{path}/") or name in _names(orphan)


def _names(orphan: Orphan) -> Iterator[str]:
    """Iterate over the names of the data set that an orphan is of, as far as it tells."""
    place, _, rest = orphan.path.partition("/")
    repository, _, below = rest.partition("/")
    identity = orphan.dataset
    if not identity and place == "partial":
        identity = f"{below.partition('/')[0]}@{repository}"
    yield from (identity, identity.partition("@")[0])


def changed(place: Path) -> float:
    """Return when something was changed last, with all that is in it, in seconds since 1970.

    It is the last change of any kind, of the file itself too: what was unpacked a minute ago may
    say that it was written years ago. No link is followed.
    """
    try:
        latest = place.lstat().st_ctime
    except OSError:
        return 0
    if place.is_dir() and not place.is_symlink():
        for folder, folders, files in os.walk(place):
            for name in (*folders, *files):
                try:
                    latest = max(latest, os.lstat(f"{folder}/{name}").st_ctime)
                except OSError:
                    continue
    return latest
