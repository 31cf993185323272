"""Links that lead out of a data set's folder: what they lead to is what travels.

A link is kept where it leads to something else of the same data set, by a path that will lead there
on the other side, too. Anything else that it leads to, such as a data folder of the user's, will
not be there; its files take the place of the link, as ordinary files.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.errors import ContentError
from datamaestro.store.faults import storage_errors
from datamaestro.store.trees import sha256_of
from datamaestro_hookspecs.files import FileFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 64
"""Folders in each other that are followed, links among them."""


def stays_inside(path: str, target: str) -> bool:
    """Return whether a link, by its words, leads to something in the same data set's folder.

    Args:
        path: of the link, below that folder.
        target: where it leads.
    """
    if not target or target.startswith("/"):
        return False
    depth = path.count("/")
    for part in target.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return False
    return True


def files_behind(
    folder: Path, path: str, within: Path | None = None
) -> Iterator[tuple[FileFacts, Path]]:
    """Iterate over the files that take the place of a link, each with where it is.

    Args:
        folder: of the data set.
        path: of the link, below it.
        within: the folder, without links, out of which none may lead; None: it may lead anywhere.

    Raises:
        ContentError: it leads nowhere, or round and round, or to what is no file, or too far.
        StorageError: something cannot be read.
    """
    link = folder / path
    with storage_errors(link):
        yield from _followed(link, path, within, DEEPEST)


def _followed(
    place: Path, path: str, within: Path | None, deepest: int
) -> Iterator[tuple[FileFacts, Path]]:
    """Iterate over what is at a place, through links."""
    if within is not None and not (real := Path(os.path.realpath(place))).is_relative_to(within):
        raise ContentError(
            f"{place} leads to {real}, which is outside of {within}",
            hint="if that is to be copied, too: --follow-links",
        )
    try:
        status = place.stat()
    except FileNotFoundError as error:
        raise ContentError(
            f"{place} is a link that leads nowhere", hint="bring back what it leads to"
        ) from error
    if stat.S_ISREG(status.st_mode):
        yield FileFacts(path, status.st_size, status.st_mtime_ns, sha256_of(place)), place
    elif stat.S_ISDIR(status.st_mode) and deepest:
        for name in sorted(os.listdir(place)):  # noqa: PTH208 - names, not paths
            yield from _followed(place / name, f"{path}/{name}", within, deepest - 1)
    else:
        why = "leads round and round" if deepest == 0 else "is neither a file nor a folder"
        raise ContentError(f"{place} {why}", hint="only files can be moved")
