"""Deleting for good what is in the trash; links are not followed, and no file system is left."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError, StorageError
from datamaestro.house.trash.items import GONE, Item, claim, opened, read_item, tokens
from datamaestro.store.descent import names_in, open_below
from datamaestro.store.mounts import mounts_below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.store.layout import Store


def older(item: Item, age: timedelta, now: datetime) -> bool:
    """Return whether an item has been in the trash for some time; not where that is not known."""
    try:
        return now - datetime.fromisoformat(item.when) >= age
    except (ValueError, TypeError):
        return False


def empty(store: Store, chosen: Sequence[Item]) -> None:
    """Delete items for good, and what is left of others that were being deleted.

    Raises:
        BusyError: another process is at work on one of them.
        StorageError: something cannot be deleted; it is in the trash still.
    """
    problems: list[StorageError | None] = []
    with opened(store) as trash:
        if trash is None:
            return
        for item in chosen:
            _refuse_mounts(store, item.token)
            with suppress(FileNotFoundError), open_below(trash, item.token) as folder:
                claim(folder, item.what)
                os.rename(item.token, f"{GONE}{item.token}", src_dir_fd=trash, dst_dir_fd=trash)
        problems = [_delete(store, trash, name) for name in names_in(trash)]
        _tidy(trash)
    for problem in filter(None, problems):
        raise problem


def half_gone(store: Store) -> int:
    """Return how many items are being deleted, or were when that was interrupted.

    Raises:
        StorageError: it cannot be looked at.
    """
    with opened(store) as trash:
        return sum(name.startswith(GONE) for name in names_in(trash)) if trash is not None else 0
    return 0


def _delete(store: Store, trash: int, name: str) -> StorageError | None:
    """Delete what is to be gone; return why that cannot be."""
    if name.startswith(GONE):
        try:
            _refuse_mounts(store, name)
            with suppress(FileNotFoundError):  # somebody does the same
                shutil.rmtree(name, dir_fd=trash)
        except StorageError as error:
            return error
        except OSError as error:
            place = store.trash / str(error.filename or name)
            hint = "change its permissions, and run again"
            what = f"cannot delete {place}: {error.strerror or error}"
            return StorageError(what, hint=hint)
    return None


def _refuse_mounts(store: Store, name: str) -> None:
    mounted = mounts_below(store.trash / name)
    if mounted:
        raise StorageError(
            f"{mounted[0]} is another file system, so {store.trash / name} is not deleted",
            hint="unmount it first",
        )


def _tidy(trash: int) -> None:
    """Remove the folders of items of which nothing is left, and on which nobody is at work."""
    for token in tokens(trash):
        if read_item(trash, token) is None:
            with suppress(OSError, BusyError), open_below(trash, token) as folder:
                claim(folder, token)
                for name in names_in(folder):
                    os.unlink(name, dir_fd=folder)
                os.rmdir(token, dir_fd=trash)
