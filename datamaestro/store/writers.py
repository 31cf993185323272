"""Writers: each run that makes files of a data set has a folder of its own below ``partial/``.

::

    run-<token>/owner.json             who works here, and a count that goes on while it does
    run-<token>/of-<resource>/...      what it is making; see :mod:`datamaestro.store.partial`

A folder without ``owner.json`` is nobody's any more. Nothing here rests on file locks or on clocks:
a process of this host is looked up; one of another host counts as ended when its count has stood
still for :data:`LEASE` seconds of this host's own time.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrs import asdict, define, field, frozen

from datamaestro.sharing import make_folder
from datamaestro.store.descent import FOLDER, names_in, open_below
from datamaestro.store.faults import storage_errors
from datamaestro.store.owner import Owner, this_process
from datamaestro.store.partial import read_journal
from datamaestro.store.regular import read_regular
from datamaestro.store.replacing import replace_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEAT = 3.0
"""Seconds between two counts of a writer."""

LEASE = 20.0
"""Seconds for which the count of a writer on another host may stand still."""

PREFIX = "run-"
OWNER = "owner.json"
WORK = "of-"
LONGEST_NAME = 200
"""Characters of a resource's name that its folder has; of a longer one it has the digest."""

MADE = "made"
"""Folder for the result of a resource, where that is not what arrives."""


@frozen
class Writer:
    """A run that makes files of a data set, perhaps long ended.

    Args:
        folder: its own.
    """

    folder: Path

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Open the folder itself.

        Nobody knows its name beforehand; so, where a folder above it has been exchanged for a link,
        there is none of that name, but one that whoever did that has made.

        Raises:
            OSError: it is not there, or is a link.
        """
        descriptor = os.open(self.folder, FOLDER | os.O_NOFOLLOW)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def work(self, resource: str) -> Path:
        """Return the folder in which it makes a resource, there or not."""
        quoted = quote(resource, safe="")
        if len(quoted) > LONGEST_NAME:
            quoted = hashlib.sha256(quoted.encode()).hexdigest()
        return self.folder / f"{WORK}{quoted}"

    def has(self, resource: str) -> bool:
        """Return whether it has begun to make a resource, as far as this user may see."""
        return os.path.exists(self.work(resource))  # noqa: PTH110 - which raises where we may not look

    def sign(self, owner: Owner, beat: int) -> None:
        """Say who works here, and that it still does."""
        record = json.dumps(asdict(owner) | {"beat": beat})
        with storage_errors(self.folder / OWNER), self.opened() as folder:
            replace_inside(folder, OWNER, record, lasting=False)

    def read(self) -> tuple[Owner | None, int]:
        """Return who works here, None if nobody does, and the count."""
        try:
            record = json.loads(read_regular(self.folder / OWNER))
            beat = int(record.pop("beat"))
            return Owner(**record), beat
        except FileNotFoundError:
            return None, 0
        except (ValueError, TypeError, AttributeError, KeyError, OSError):
            return Owner("an unknown host", "", 0, "", "an unknown time"), 0

    def leave(self) -> None:
        """End the work here; what a later run can go on with stays."""
        with suppress(OSError), self.opened() as folder:
            for name in names_in(folder):
                with suppress(OSError):  # a file, or what is still of use
                    self._leave(folder, name)
            os.unlink(OWNER, dir_fd=folder)
        self.tidy()

    def _leave(self, folder: int, name: str) -> None:
        """Remove what nobody can go on with in a folder in which a resource is made."""
        with open_below(folder, name) as work:
            shutil.rmtree(MADE, ignore_errors=True, dir_fd=work)
            for one in names_in(work):
                if "-" in one and read_journal(self.folder / name / one) is None:
                    os.unlink(one, dir_fd=work)
        os.rmdir(name, dir_fd=folder)

    def tidy(self) -> None:
        """Remove the folder if nothing is left in it."""
        with suppress(OSError):
            self.folder.rmdir()

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def start_writing(partial: Path) -> Writer:
    """Return a new writer below a data set's folder for what is arriving, owned by this process.

    Raises:
        StorageError: the folder cannot be made.
    """
    token = secrets.token_hex(6)
    unfinished, writer = Writer(partial / f".{PREFIX}{token}"), Writer(partial / f"{PREFIX}{token}")
    with storage_errors(unfinished.folder):
        make_folder(unfinished.folder)
        unfinished.sign(this_process(), 0)
        unfinished.folder.rename(writer.folder)
    return writer


def writers(partial: Path, *, besides: Writer | None = None) -> list[Writer]:
    """Return the writers below a data set's folder for what is arriving, all or all but one."""
    own = besides and besides.folder.name
    with storage_errors(partial):
        try:
            names = sorted(os.listdir(partial))  # noqa: PTH208 - once per file, so it has to be quick
        except FileNotFoundError:
            return []
    return [Writer(partial / name) for name in names if name.startswith(PREFIX) and name != own]


@define
class Watch:
    """Looks at writers again and again, and says which have ended."""

    _seen: dict[Path, tuple[int, float]] = field(factory=dict)

    def owner(self, writer: Writer) -> Owner | None:
        """Return who is at work there; None if nobody is, as far as can be told now."""
        owner, beat = writer.read()
        if owner is None:
            return None
        ended = owner.has_ended()
        if ended is None:
            now = time.monotonic()
            last, since = self._seen.get(writer.folder, (-1, now))
            if beat != last:
                since = now
            self._seen[writer.folder] = beat, since
            ended = now - since >= LEASE
        return None if ended else owner

    def certainly_ended(self, writer: Writer) -> bool:
        """Return whether nobody can be at work there: no owner, or a process known to be gone."""
        owner, _ = writer.read()
        return owner is None or owner.has_ended() is True
