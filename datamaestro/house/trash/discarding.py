"""Moving to the trash: by renames between open folders, after it is on record what goes there."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.errors import StorageError
from datamaestro.house.trash.items import RECORD, TRASH, Item, Piece, claim
from datamaestro.house.trash.marking import mark_removed, unmark_removed, unmarked
from datamaestro.house.trash.restoring import put_back, set_facts
from datamaestro.sharing import share_below
from datamaestro.store.descent import (
    MOUNTED,
    FolderFacts,
    facts_above,
    names_in,
    open_below,
    open_top,
)
from datamaestro.store.faults import storage_errors
from datamaestro.store.removed import unmark
from datamaestro.store.replacing import replace_inside
from datamaestro_hookspecs.places import folders_above

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from datamaestro.house.trash.released import Released
    from datamaestro.store.layout import Store

NEW = 0o777
"""The mode of a new folder, but for the umask."""

NOT_THERE = ""
"""The reason for which nothing is told: somebody else has taken it away."""

MOUNT = {errno.EXDEV, errno.EBUSY}
"""What a rename says of a place where a file system is mounted."""


def _nobody_else(_: Collection[str]) -> AbstractContextManager[dict[str, str]]:
    return nullcontext({})


class Removal(NamedTuple):
    """What is to be moved to the trash at once.

    Args:
        what: it is, such as the full name of a data set.
        reason: why it goes.
        pieces: of it, in the order in which they go.
        emptied: folders that go where nothing is left in them.
        released: what is on record of a resource, where that is what they are; the record ends.
        alone: keeps others away while pieces of some paths go, and gives those that have to stay
            all the same, and why.
    """

    what: str
    reason: str
    pieces: Sequence[Piece]
    emptied: Collection[str] = ()
    released: Released | None = None
    alone: Callable[[Collection[str]], AbstractContextManager[dict[str, str]]] = _nobody_else


class Discarded(NamedTuple):
    """What has become of it.

    Args:
        token: of the item in the trash; empty where nothing was moved.
        what: it is.
        moved: paths of what is in the trash now.
        left: paths of what is where it was, and why.
    """

    token: str
    what: str
    moved: list[str]
    left: list[tuple[str, str]]


def discard(store: Store, removals: Iterable[Removal]) -> list[Discarded]:
    """Move things to the trash; what cannot be moved is left where it is, and told.

    Raises:
        StorageError: nothing can be moved there.
    """
    with storage_errors(store.trash), open_top(store.root) as top:
        todo, folders = list(removals), dict[str, FolderFacts]()
        left = [_look(top, one, folders) for one in todo]
        with suppress(FileExistsError):
            os.mkdir(TRASH, NEW, dir_fd=top)
            share_below(top, TRASH)
        with open_below(top, TRASH) as trash:
            done = []
            for one, problems in zip(todo, left, strict=True):
                with one.alone([piece.path for piece in one.pieces]) as staying:
                    stays = {**problems, **staying}
                    done.append(_discard(store, top, trash, one, folders, stays))
            return done


def _look(top: int, removal: Removal, folders: dict[str, FolderFacts]) -> dict[str, str]:
    """Note the facts of the folders above pieces; return what cannot be reached, and why."""
    problems = {}
    for piece in removal.pieces:
        try:
            facts_above(top, piece.path, folders)
        except FileNotFoundError:
            problems[piece.path] = NOT_THERE
        except OSError as error:
            problems[piece.path] = _reason(error)
    return problems


def _discard(
    store: Store,
    top: int,
    trash: int,
    removal: Removal,
    folders: dict[str, FolderFacts],
    problems: dict[str, str],
) -> Discarded:
    pieces = tuple(piece for piece in removal.pieces if piece.path not in problems)
    above = {path: folders[path] for piece in pieces for path in folders_above(piece.path)}
    now = datetime.now().astimezone()
    moved: list[str] = []
    left = [(path, reason) for path, reason in problems.items() if reason != NOT_THERE]
    if not (pieces or removal.released) or (left and removal.released):
        return Discarded("", removal.what, moved, left)
    with _new_item(trash, now) as (token, folder):
        claim(folder, removal.what)
        when = now.isoformat(timespec="seconds")
        what, reason, released = removal.what, removal.reason, removal.released
        item = Item(token, what, reason, when, pieces, above, released)
        _begin(store, top, trash, folder, item)
        for number, piece in enumerate(pieces):
            try:
                if _move(top, piece, folder, str(number)):
                    moved.append(piece.path)
            except OSError as error:
                left.append((piece.path, _reason(error)))
        for path in sorted(removal.emptied, reverse=True):
            _remove_emptied(top, path)
        unmark_removed(store, item, back=not moved and not released)
        if not (released or any(map(str.isdecimal, names_in(folder)))):
            _forget(trash, folder, token)
    return Discarded(token if moved or released else "", removal.what, moved, left)


def token_at(number: int, now: datetime | None = None) -> str:
    """Return a token for a moment, by default now; tokens sort by time."""
    moment = now or datetime.now().astimezone()
    return f"{moment.strftime('%Y%m%d-%H%M%S')}-{number:06}"


@contextmanager
def _new_item(trash: int, now: datetime) -> Iterator[tuple[str, int]]:
    """Make a folder in the trash, of which nobody else knows; names are sorted as time goes."""
    for number in count(int(now.strftime("%f"))):
        token = token_at(number, now)
        try:
            os.mkdir(token, NEW, dir_fd=trash)
            share_below(trash, token)
        except FileExistsError:
            continue
        with open_below(trash, token) as folder:
            yield token, folder
        return


def _begin(store: Store, top: int, trash: int, folder: int, item: Item) -> None:
    """Put on record what goes to the trash, before it goes; where that fails, nothing has happened.

    Raises:
        StorageError, OSError: it cannot be recorded.
    """
    fresh = unmarked(store, item)
    try:
        replace_inside(folder, RECORD, item.as_text())
        os.fsync(trash)
        mark_removed(store, top, item)
        if item.released is not None:
            item.released.let_go(store)
    except BaseException:
        with suppress(OSError, StorageError):  # else it stays in the trash, and can be restored
            if item.released is not None:
                item.released.take_back(store)
            for one, path in fresh:
                unmark(store, one, [path])
            set_facts(top, item)
            _forget(trash, folder, item.token)
        raise


def _forget(trash: int, folder: int, token: str) -> None:
    """Remove an item in which nothing is."""
    with suppress(FileNotFoundError):
        os.unlink(RECORD, dir_fd=folder)
    os.rmdir(token, dir_fd=trash)


def _move(top: int, piece: Piece, folder: int, slot: str) -> bool:
    """Move a piece; return whether it was there still.

    Raises:
        OSError: it cannot be moved.
    """
    parent, _, name = piece.path.rpartition("/")
    try:
        with open_below(top, parent) as source:
            if os.stat(name, dir_fd=source, follow_symlinks=False).st_ino != piece.inode:
                return False
            os.rename(name, slot, src_dir_fd=source, dst_dir_fd=folder)
            if os.stat(slot, dir_fd=folder, follow_symlinks=False).st_ino != piece.inode:
                put_back(folder, slot, source, name)  # somebody put it there a moment ago
                return False
    except FileNotFoundError:
        return False
    return True


def _reason(error: OSError) -> str:
    if error.errno in MOUNT:
        return MOUNTED
    return error.strerror or str(error)


def _remove_emptied(top: int, path: str) -> None:
    """Remove a folder if nothing is left in it; its record says how it is made again."""
    parent, _, name = path.rpartition("/")
    with suppress(OSError), open_below(top, parent) as folder:
        os.rmdir(name, dir_fd=folder)


def failure_of(store: Store, discarded: Iterable[Discarded]) -> StorageError | None:
    """Return the error that says what could not be moved; None where all was."""
    done = list(discarded)
    left = [one for each in done for one in each.left]
    if not left:
        return None
    path, reason = left[0]
    path = f"{store.root}/{path}"
    more = f", and {len(left) - 1} more" if left[1:] else ""
    hint = "all else was" if any(each.moved for each in done) else "nothing was"
    return StorageError(f"{path} cannot be moved to the trash: {reason}{more}", hint=hint)
