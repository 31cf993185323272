"""What has arrived of a file, and the journal by which a later run goes on with it.

In the folder in which a writer makes a resource, each URL has two files::

    <key>-<name>        what has arrived, as it is published; <name> is that of the result
    <key>.json          its journal: URL, validator, size, and digests of what is there

The journal is written now and then while bytes arrive, and never flushed to disk: whoever goes on
with a file reads what is there once, and believes the journal only where its digests are right.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import asdict, define, evolve, field, frozen, validators

from datamaestro.store.faults import storage_errors
from datamaestro.store.regular import read_regular
from datamaestro.store.replacing import replace
from datamaestro_hookspecs.errors import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datamaestro.store.writers import Writer

RESUMED = "resumed"
"""Folder for the result of what goes on with what it left when it was interrupted."""

MOST_MARKS = 32
"""Marks in a journal; of more, every other one is forgotten."""

LONGEST_NAME = 200
"""Bytes of a result's name that the file has in its own."""

_text = validators.instance_of(str)
_number = validators.and_(validators.instance_of(int), validators.ge(0))


@frozen
class Mark:
    """So many bytes have this digest.

    Args:
        length: in bytes, from the beginning of the file.
        sha256: of them, hexadecimal.
    """

    length: int = field(validator=_number)
    sha256: str = field(validator=_text)


def _growing(journal: Journal, attribute: object, marks: tuple[Mark, ...]) -> None:
    """Refuse marks that are not each further than the one before; journals may be damaged."""
    lengths = [0, *(mark.length for mark in marks)]
    if any(one >= other for one, other in pairwise(lengths)):
        raise ValueError(f"{lengths} do not grow")


def _in_order(journal: Journal, attribute: object, islands: object) -> None:
    """Refuse islands that are none, or touch each other; journals may be damaged."""
    end = journal.length
    for start, stop in journal.islands:
        if not (isinstance(start, int) and isinstance(stop, int) and end < start < stop):
            raise ValueError(f"{islands!r} are no islands")
        end = stop


@frozen
class Journal:
    """What is known of a file that is arriving.

    Args:
        url: where from, without user and password.
        validator: of the content at that URL; empty where its server gives none.
        size: of the whole, in bytes, where known.
        marks: digests of what is there, the shortest first.
        islands: ranges of bytes beyond the last mark that are there, too; no digest of them is
            known, so that they are of use only where one of the whole is declared.
    """

    url: str = field(validator=_text)
    validator: str = field(default="", validator=_text)
    size: int | None = field(default=None, validator=validators.optional(_number))
    marks: tuple[Mark, ...] = field(default=(), validator=_growing)
    islands: tuple[tuple[int, int], ...] = field(default=(), validator=_in_order)

    @property
    def end(self) -> int:
        """Offset after the last byte that is there."""
        return self.islands[-1][1] if self.islands else self.length

    @property
    def there(self) -> int:
        """Bytes that are there, with the islands."""
        return self.length + sum(stop - start for start, stop in self.islands)

    @property
    def length(self) -> int:
        """Bytes that are there, if the last mark is right."""
        return self.marks[-1].length if self.marks else 0


@define(eq=False)
class Partial:
    """A file that is arriving from one URL, in a writer's own folder.

    Args:
        path: of the file.
        journal: as far as it is known; the one on disk may be older.
        journalled: whether there is one on disk.
    """

    path: Path
    journal: Journal
    journalled: bool = False

    def identify(self, validator: str, size: int | None) -> None:
        """Say of which content it is."""
        known = self.journal
        self.journal = Journal(known.url, validator, size, known.marks, known.islands)

    def add(self, mark: Mark, islands: Sequence[tuple[int, int]] = ()) -> None:
        """Record that more is there.

        Args:
            mark: of all before the frontier.
            islands: beyond it.

        Raises:
            StorageError: the journal cannot be written.
        """
        marks = (*(one for one in self.journal.marks if one.length < mark.length), mark)
        if len(marks) > MOST_MARKS:
            marks = (*marks[:-1:2], mark)
        self.journal = evolve(self.journal, marks=marks, islands=tuple(islands))
        write_journal(self.path, self.journal)
        self.journalled = True

    def shrink(self) -> None:
        """Give back the room that the journal on disk does not speak of."""
        journal = read_journal(self.path)
        if journal is None:
            self.path.unlink(missing_ok=True)
        else:
            os.truncate(self.path, journal.end)

    def cut(self, length: int) -> None:
        """Forget what is beyond some length."""
        marks = tuple(mark for mark in self.journal.marks if mark.length <= length)
        if marks:
            self.journal = evolve(self.journal, marks=marks, islands=())
            write_journal(self.path, self.journal)
        else:
            self.forget()

    def forget(self) -> None:
        """Forget all that is there; whoever fills the file begins anew."""
        self.journal = Journal(self.journal.url)
        if self.journalled:
            with storage_errors(self.path):
                journal_of(self.path).unlink(missing_ok=True)
            self.journalled = False


def journal_of(path: Path) -> Path:
    """Return the place of the journal of a partial file."""
    return path.with_name(f"{path.name.partition('-')[0]}.json")


def write_journal(path: Path, journal: Journal) -> None:
    """Replace the journal of a partial file."""
    replace(journal_of(path), json.dumps(asdict(journal)), lasting=False)


def read_journal(path: Path) -> Journal | None:
    """Return the journal of a partial file; None where one of them is missing or too short."""
    try:
        record = json.loads(read_regular(journal_of(path)))
        marks = tuple(Mark(**mark) for mark in record.pop("marks"))
        islands = tuple((start, stop) for start, stop in record.pop("islands"))
        journal = Journal(marks=marks, islands=islands, **record)
        return journal if path.stat().st_size >= journal.end else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def journals(work: Path) -> list[Journal]:
    """Return the journals of what has arrived of a resource, from whatever URL."""
    found = (read_journal(path) for path in work.glob("*-*"))
    return [journal for journal in found if journal is not None]


def partial_of(work: Path, url: str, name: str) -> Partial:
    """Return what has arrived from a URL in the folder in which a resource is made.

    Args:
        work: the folder.
        url: where from.
        name: of the result, whose suffix the file has, too.
    """
    public = without_secrets(url)
    key = hashlib.sha256(public.encode()).hexdigest()[:12]
    short = os.fsencode(name)[-LONGEST_NAME:].decode(errors="ignore")
    path = work / f"{key}-{short}"
    journal = read_journal(path)
    journalled = journal is not None
    if journal is None or journal.url != public:
        journal = Journal(public)
    return Partial(path, journal, journalled)


def adopt(work: Path, writer: Writer, resource: str, *, certainly: bool) -> None:
    """Take over what an ended writer has of a resource; of one URL, the longest is kept.

    Args:
        work: the folder in which this run makes the resource.
        writer: has ended.
        resource: its name.
        certainly: whether it has certainly ended; from one that may wake up a copy is taken, into
            which it cannot write.

    Raises:
        StorageError: it cannot be moved or copied.
    """
    theirs = writer.work(resource)
    for path in theirs.glob("*-*"):
        ours, journal = work / path.name, read_journal(path)
        known = read_journal(ours)
        if journal is None or not os.access(path, os.R_OK):
            continue
        if known is not None and known.there >= journal.there:
            continue
        with storage_errors(ours), suppress(FileNotFoundError):  # somebody else was quicker
            write_journal(ours, journal)
            alone = path.stat().st_nlink == 1  # else it is in its final place, too
            if certainly and alone and _is_open_to_us(path):
                path.replace(ours)
            else:
                shutil.copyfile(path, ours)
    if certainly and not (work / RESUMED).exists() and _all_open_to_us(theirs / RESUMED):
        with storage_errors(work), suppress(FileNotFoundError):
            (theirs / RESUMED).rename(work / RESUMED)
    shutil.rmtree(theirs, ignore_errors=True)
    if certainly:
        writer.tidy()


def _is_open_to_us(path: Path) -> bool:
    """Return whether this user may go on with what perhaps another one has left."""
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)


def _all_open_to_us(folder: Path) -> bool:
    """Return whether this user may go on with all that is in a folder."""
    inner = (one for one in folder.rglob("*") if not one.is_symlink())
    return _is_open_to_us(folder) and all(_is_open_to_us(one) for one in inner)
