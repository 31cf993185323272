"""Bringing back what is in the trash, to where it was, over nothing that is there meanwhile."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.errors import DatamaestroError
from datamaestro.house.trash.items import RECORD, TRASH, Item, claim, items
from datamaestro.house.trash.marking import manifest_of, mark_removed, marks, unmark_removed
from datamaestro.store.descent import open_below, open_top
from datamaestro.store.faults import storage_errors
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import SIDECAR, USE, VERIFYING
from datamaestro.store.lock import locked
from datamaestro.store.renaming import NO_LINKS
from datamaestro_hookspecs.cards import ID

if TYPE_CHECKING:
    from collections.abc import Collection

    from datamaestro.store.layout import Store

STATE = "state/"
"""Where records are, which say what data are right: they come back only after these."""

THERE = "something else is there meanwhile"
WITHOUT_DATA = "it is a record of data that are not back"
ANEW = "its data set is on record anew"

FULL = {errno.ENOSPC, errno.EDQUOT}
"""What file systems say that have no room for one more name."""

NOTES = (USE, VERIFYING)
"""How the names of records end that say nothing of data; those that are there are newer."""


class Restored(NamedTuple):
    """What has become of an item.

    Args:
        token: of the item.
        what: it is.
        back: paths of what is back.
        left: paths of what is in the trash still, and why.
    """

    token: str
    what: str
    back: list[str]
    left: list[tuple[str, str]]


def restore(store: Store, item: Item, timeout: float = 0.0) -> Restored:
    """Bring back what is left of an item, while nobody is at work on the data sets it is of.

    Args:
        store: the data directory.
        item: of its trash.
        timeout: seconds to wait for whoever is at work; -1: as long as it takes.

    Raises:
        BusyError: another process is at work on it, or on such a data set.
        StorageError: the trash cannot be used.
    """
    with ExitStack() as held:
        for one in datasets_of(store, item):
            if store.partial(one).is_dir():  # else nobody is at work
                held.enter_context(locked(store.lock(one), one.identity, timeout))
        return bring_back(store, item)


def datasets_of(store: Store, item: Item) -> list[Holding]:
    """Return the data sets that an item is of, in the order in which they are locked."""
    found = {one for one, _ in marks(store, item)}
    name, _, repository = item.what.rpartition("@")
    if re.fullmatch(ID, name) and re.fullmatch(ID, repository):
        found.add(Holding(store, name, repository))
    return sorted(found, key=lambda one: one.identity)


def bring_back(store: Store, item: Item, *, marking: bool = True) -> Restored:
    """Bring back what is left of an item, the last that was moved first.

    Whoever calls this has the locks of :func:`datasets_of`.

    Args:
        store: the data directory.
        item: of its trash.
        marking: whether it is marked meanwhile that not all is back, for which there has to be
            room; records that are there already say as much.

    Raises:
        BusyError: another process is at work on it.
        StorageError: the trash cannot be used.
    """
    back: list[str] = []
    left: list[tuple[str, str]] = []
    with (
        storage_errors(store.trash / item.token),
        open_top(store.root) as top,
        open_below(top, TRASH) as trash,
        open_below(trash, item.token) as folder,
    ):
        claim(folder, item.what)
        there = [n for n in range(len(item.pieces)) if _is_there(folder, str(n))]
        if any(_is_anew(store, top, item, folder, number) for number in there):
            left = [(item.pieces[number].path, ANEW) for number in there]
            return Restored(item.token, item.what, back, left)
        if marking:
            mark_removed(store, top, item)
        for number in reversed(there):
            piece = item.pieces[number]
            try:
                if piece.path.startswith(STATE) and any(map(_is_vouched_for, left)):
                    left.append((piece.path, WITHOUT_DATA))
                elif _restore(top, item, folder, number):
                    back.append(piece.path)
            except OSError as error:
                left.append((piece.path, error.strerror or str(error)))
        if item.released is not None and not left:
            item.released.take_back(store)
        unmark_removed(store, item, back=not left)
        set_facts(top, item)
        if not left:
            with suppress(OSError):  # somebody does the same
                os.unlink(RECORD, dir_fd=folder)
                os.rmdir(item.token, dir_fd=trash)
    return Restored(item.token, item.what, back, left)


def bring_back_all(store: Store, tokens: Collection[str], *, marking: bool = True) -> list[str]:
    """Bring back what is left of the items of some tokens; return those of which not all is back.

    It is as with :func:`bring_back`; what cannot be brought back of one item keeps no other one.
    """
    left = []
    for item in items(store):
        if item.token in tokens:
            try:
                is_back = (
                    isinstance(item, Item) and not bring_back(store, item, marking=marking).left
                )
            except DatamaestroError:
                is_back = False
            left += [] if is_back else [item.token]
    return left


def _is_anew(store: Store, top: int, item: Item, folder: int, number: int) -> bool:
    """Return whether a piece is the record of a data set that has another one meanwhile."""
    path = item.pieces[number].path
    if manifest_of(store, path) is None:
        return False
    above, _, name = path.rpartition("/")
    with suppress(FileNotFoundError), open_below(top, above) as place:
        there = os.stat(name, dir_fd=place, follow_symlinks=False)
        own = os.stat(str(number), dir_fd=folder, follow_symlinks=False)
        return not os.path.samestat(there, own)  # which it is where somebody was ended in between
    return False


def _is_vouched_for(left: tuple[str, str]) -> bool:
    """Return whether something is what a manifest says is there."""
    return left[0].startswith("data/") or left[0].endswith(SIDECAR)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _restore(top: int, item: Item, folder: int, number: int) -> bool:
    """Bring a piece back; return whether it was in the trash."""
    if not _is_there(folder, str(number)):
        return False
    parent, _, name = item.pieces[number].path.rpartition("/")
    with open_below(top, parent, item.folders) as place:
        try:
            put_back(folder, str(number), place, name)
        except FileExistsError:
            if not (parent.startswith(STATE) and name.endswith(NOTES)):
                raise
            os.unlink(str(number), dir_fd=folder)
            return False
    return True


def put_back(folder: int, slot: str, place: int, name: str) -> None:
    """Move something to a place where nothing is.

    Args:
        folder: open, in which it is.
        slot: its name there.
        place: open, to which it goes.
        name: that it gets there.

    Raises:
        OSError: it cannot be moved; FileExistsError: something is there.
    """
    status = os.stat(slot, dir_fd=folder, follow_symlinks=False)
    try:
        if not stat.S_ISDIR(status.st_mode):
            os.link(slot, name, src_dir_fd=folder, dst_dir_fd=place, follow_symlinks=False)
            os.unlink(slot, dir_fd=folder)
            return
    except FileExistsError:
        there = os.stat(name, dir_fd=place, follow_symlinks=False)
        if not os.path.samestat(there, status):  # which it is where somebody was ended in between
            raise FileExistsError(errno.EEXIST, THERE) from None
        os.unlink(slot, dir_fd=folder)
        return
    except OSError as error:
        if error.errno not in NO_LINKS | FULL:
            raise
    if _is_there(place, name):  # a rename would replace it, were it an empty folder
        raise FileExistsError(errno.EEXIST, THERE)
    os.rename(slot, name, src_dir_fd=folder, dst_dir_fd=place)


def set_facts(top: int, item: Item) -> None:
    """Give folders the times that they had, and those that were made anew their modes."""
    for path, facts in sorted(item.folders.items(), reverse=True):
        with suppress(OSError, OverflowError), open_below(top, path) as folder:
            status = os.fstat(folder)
            if stat.S_IMODE(status.st_mode) == facts.mode | stat.S_IRWXU:
                os.chmod(folder, facts.mode)  # noqa: PTH101 - it has no path
            os.utime(folder, ns=(status.st_atime_ns, facts.mtime_ns))
