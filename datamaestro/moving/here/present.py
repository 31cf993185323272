"""What is present: which files of an offer a data directory has already, by content."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.store.faults import storage_errors
from datamaestro.store.trees import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.files import FileFacts


@define
class Present:
    """The files that are on record of one data set, and still are what they were.

    Args:
        holding: of the data set.
    """

    holding: Holding
    entries: Mapping[str, Entry] = field(init=False)
    files: Mapping[str, FileFacts] = field(init=False)
    _folder: Path = field(init=False)
    _by_digest: dict[str, FileFacts] = field(init=False)
    _right: dict[str, bool] = field(factory=dict)
    _read: dict[str, bool] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.entries, self.files = self.holding.manifest().entries, self.holding.files()
        self._folder = self.holding.folder
        self._by_digest = {one.sha256: one for one in self.files.values() if not one.link}

    def has(self, entry: Entry, name: str, files: list[FileFacts]) -> bool:
        """Return whether a resource is there as it is offered, each file at its place."""
        return self.entries.get(name) == entry and all(map(self._is_at_its_place, files))

    def _is_at_its_place(self, facts: FileFacts) -> bool:
        known = self.files.get(facts.path)
        return (
            known is not None
            and (known.sha256, known.link) == (facts.sha256, facts.link)
            and self._is_right(known)
        )

    def find(self, facts: FileFacts) -> str | None:
        """Return where a file of that content is, at whatever path; None where there is none.

        One at another path is read, since what is made of it has a record of its own then.
        """
        if self._is_at_its_place(facts):
            return f"{self._folder}/{facts.path}"
        other = self._by_digest.get(facts.sha256)
        return f"{self._folder}/{other.path}" if other and self._is_read(other) else None

    def _is_read(self, known: FileFacts) -> bool:
        """Return whether a file is what is on record of it, whatever its time says."""
        if known.path not in self._read:
            with storage_errors(self._folder):
                place = f"{self._folder}/{known.path}"
                self._read[known.path] = _is_right(place, known._replace(mtime_ns=-1))
        return self._read[known.path]

    def _is_right(self, known: FileFacts) -> bool:
        """Return whether a file is what is on record of it."""
        if known.path not in self._right:
            with storage_errors(self._folder):
                self._right[known.path] = _is_right(f"{self._folder}/{known.path}", known)
        return self._right[known.path]


def _is_right(place: str, known: FileFacts) -> bool:
    try:
        status = os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if known.link:
        return stat.S_ISLNK(status.st_mode) and os.readlink(place) == known.link  # noqa: PTH115
    if not stat.S_ISREG(status.st_mode) or status.st_size != known.size:
        return False
    return status.st_mtime_ns == known.mtime_ns or sha256_of(Path(place)) == known.sha256
