"""The trash: what was removed, and can be brought back.

::

    trash/<token>/record.json   what was where, when and why
    trash/<token>/<number>      a file, a link or a folder that was moved here
    trash/.gone-<token>         what is being deleted for good

The record is written before anything is moved, and lasts. So whatever happens meanwhile, the record
says what was to be moved, and what is there says how far that went.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.errors import BusyError
from datamaestro.house.trash.released import Released
from datamaestro.store.descent import FolderFacts, names_in, open_below, open_top
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.places import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datamaestro.store.layout import Store

TRASH = "trash"
RECORD = "record.json"
FORMAT = 1
GONE = ".gone-"

LARGE, MODES = 1 << 80, 0o7777
"""Beyond what numbers of files, and permissions, can be."""

PLACES = ("data", "state", "partial")
"""The only folders of the data directory from which anything is moved, or brought back to."""


class Piece(NamedTuple):
    """A file, a link or a folder below the data directory.

    Args:
        path: of it.
        inode: its number, so that nothing else that comes to be there is taken for it.
    """

    path: str
    inode: int


class Item(NamedTuple):
    """What was removed at once.

    Args:
        token: its name in the trash.
        what: was removed; the full name of a data set, where it is one.
        reason: why.
        when: that was, local time with its offset from UTC, as ISO 8601 has it.
        pieces: in the order in which they were moved; the number of each is its name here.
        folders: in which they were, by path.
        released: what was on record of a resource, where that is what they are.
    """

    token: str
    what: str
    reason: str
    when: str
    pieces: tuple[Piece, ...]
    folders: Mapping[str, FolderFacts]
    released: Released | None = None

    def as_text(self) -> str:
        """Return its record, whose digest tells whether it has been damaged."""
        facts = {**self._asdict(), "pieces": list(self.pieces), "folders": dict(self.folders)}
        facts["released"] = self.released and self.released.as_facts()
        del facts["token"]
        return json.dumps({"format": FORMAT, "sha256": _digest(facts), "item": facts})


class DamagedItem(NamedTuple):
    """Something in the trash whose record cannot be read, so that nothing is done to it.

    Args:
        token: its name in the trash.
        reason: what is wrong.
    """

    token: str
    reason: str


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def parse_item(token: str, text: bytes) -> Item:
    """Return what a record says.

    Raises:
        ValueError: it is damaged.
    """
    try:
        document = json.loads(text)
        facts = document["item"]
        if document["format"] != FORMAT or document["sha256"] != _digest(facts):
            raise ValueError("its digest is not right")
        pieces = tuple(Piece(*piece) for piece in facts.pop("pieces"))
        folders = {path: FolderFacts(*one) for path, one in facts.pop("folders").items()}
        released = facts.pop("released")
        released = None if released is None else Released.of(released)
        item = Item(token=token, pieces=pieces, folders=folders, released=released, **facts)
        _check(item)
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return item


def _check(item: Item) -> None:
    """Make sure that each value is of its kind: whoever may write in the trash may write any.

    Raises:
        TypeError, ValueError: one cannot.
    """
    numbers = [piece.inode for piece in item.pieces]
    numbers += [number for facts in item.folders.values() for number in facts]
    if not all(isinstance(text, str) for text in (item.what, item.reason, item.when)):
        raise TypeError("what it is, why it went or when is no text")
    if not all(isinstance(number, int) and abs(number) < LARGE for number in numbers):
        raise TypeError("a number is none")
    if not all(0 <= facts.mode <= MODES for facts in item.folders.values()):
        raise ValueError("permissions are none")
    for path in [*(piece.path for piece in item.pieces), *item.folders]:
        os.fsencode(path)
        if not is_inside(path) or path.split("/")[0] not in PLACES:
            raise ValueError(f"{path!r} is no place in the data directory")


@contextmanager
def opened(store: Store, path: str = TRASH) -> Iterator[int | None]:
    """Open the trash, or a folder in it; None where it is not there.

    What is not there any more ends the block without an error: somebody has just emptied the trash.

    Raises:
        StorageError: it cannot be used.
    """
    with storage_errors(store.trash), ExitStack() as stack:
        folder = None
        with suppress(FileNotFoundError):
            top = stack.enter_context(open_top(store.root))
            folder = stack.enter_context(open_below(top, path))
        with suppress(FileNotFoundError):
            yield folder


def read_item(trash: int, token: str) -> Item | DamagedItem | None:
    """Return an item of the trash, an open folder; None where nothing of it is there.

    Raises:
        OSError: the trash cannot be read.
    """
    try:
        try:
            names = _names(trash, token)
        except FileNotFoundError:  # somebody has just emptied it
            return None
        with open_below(trash, token) as folder:
            if RECORD not in names and not any(map(str.isdecimal, names)):
                return None
            descriptor = os.open(RECORD, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                return parse_item(token, file.read())
    except (OSError, ValueError) as error:
        return DamagedItem(token, getattr(error, "strerror", None) or str(error))


def _names(trash: int, token: str) -> list[str]:
    with open_below(trash, token) as folder:
        return names_in(folder)


def items(store: Store) -> list[Item | DamagedItem]:
    """Return what is in the trash, the oldest first.

    Raises:
        StorageError: it cannot be looked at.
    """
    with opened(store) as trash:
        if trash is not None:
            found = (read_item(trash, token) for token in tokens(trash))
            return [item for item in found if item is not None]
    return []


def pieces_there(store: Store, item: Item) -> list[Piece]:
    """Return what of an item is in the trash; another process may just be moving it.

    Raises:
        StorageError: it cannot be looked at.
    """
    with opened(store, f"{TRASH}/{item.token}") as folder:
        if folder is not None:
            there = set(names_in(folder))
            return [piece for number, piece in enumerate(item.pieces) if str(number) in there]
    return []


def tokens(trash: int) -> Iterator[str]:
    """Iterate over the folders of the trash, an open folder, the oldest first."""
    for name in names_in(trash):
        try:
            mode = os.stat(name, dir_fd=trash, follow_symlinks=False).st_mode
        except FileNotFoundError:  # somebody has just emptied it
            continue
        if not name.startswith(".") and stat.S_ISDIR(mode):
            yield name


def claim(folder: int, what: str) -> None:
    """Refuse to work on an item, an open folder, on which another process works.

    Where there are no locks, both do, and nothing is lost either.

    Raises:
        BusyError: there is one.
    """
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyError(
            f"another process moves {what} to the trash, or back from there",
            hint="wait until it has ended",
        ) from error
    except OSError:
        pass
