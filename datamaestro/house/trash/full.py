"""A full disk: it takes a little room to have on record what goes to the trash, before it goes."""

from __future__ import annotations

import os
import shlex
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.errors import StorageError
from datamaestro.house.trash.emptying import half_gone
from datamaestro.house.trash.items import items
from datamaestro.store.faults import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from datamaestro.store.layout import Store


@contextmanager
def saying_what_frees_room(store: Store, going: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Let an error of a full disk say what can be deleted, so that another try has the room.

    That is what is in the trash already; where it is empty, a file of what is to go.

    Args:
        store: the data directory.
        going: returns paths, below it, of what is to go to the trash.

    Raises:
        StorageError: of the block.
    """
    try:
        yield
    except StorageError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in FULL:
            raise
        raise StorageError(error.message, hint=_hint(store, going) or error.hint) from cause


def _hint(store: Store, going: Callable[[], Iterable[str]]) -> str:
    with suppress(OSError, StorageError):
        if items(store) or half_gone(store):
            what = "deletes for good what is in the trash"
            return f"this frees room: datamaestro trash empty {what}; then run again"
        if largest := _largest(f"{store.root}/{path}" for path in going()):
            return f"this frees room: rm {largest} deletes for good a file of it; then run again"
    return ""


def _largest(paths: Iterable[str]) -> str:
    """Return the file that takes the most room, quoted; links are not followed."""
    best, found = 0, ""
    for path in paths:
        for place in _files(path):
            with suppress(OSError):
                status = os.lstat(place)
                frees = status.st_nlink == 1 and stat.S_ISREG(status.st_mode)
                if frees and place.isprintable() and status.st_blocks > best:
                    best, found = status.st_blocks, place
    return shlex.quote(found) if found else ""


def _files(path: str) -> Iterator[str]:
    yield path
    if not Path(path).is_symlink():
        for folder, _, names in os.walk(path):
            yield from (f"{folder}/{name}" for name in names)
