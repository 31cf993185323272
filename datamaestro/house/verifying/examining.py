"""Examining one data set: what each of its files is, and what can be believed of its records.

Where manifest and sidecar disagree on a resource, the manifest's digest of it decides: all that is
in its place is read, on record or not.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.house.verifying.comparing import (
    OTHER_TIME,
    UNKNOWN,
    compare_link,
    compare_look,
    compare_read,
    failed,
)
from datamaestro.house.verifying.states import FileState, State, Verified
from datamaestro.store.soundness import disagreements, result_of
from datamaestro.store.taken import covers
from datamaestro.store.trees import link_digest
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from datamaestro.house.verifying.reading import Found
    from datamaestro.house.verifying.walking import Walked
    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import Entry
    from datamaestro.store.soundness import Records

    Read = Callable[[Mapping[str, FileFacts]], dict[str, Found]]
    """Reads the files of some paths, each of which is expected to be such."""


@define
class Examination:
    """The examination of one data set.

    Args:
        holding: the data set.
        records: what is on record of it.
        walked: what is in its folder.
        quick: whether files are only looked at, where the records are sound.
        reads_touched: whether one is read then of which only the time is another one.
    """

    holding: Holding
    records: Records
    walked: Walked
    quick: bool
    reads_touched: bool = False
    _files: dict[str, FileState] = field(factory=dict)
    _to_read: dict[str, FileFacts] = field(factory=dict)
    _top: str = field(init=False)
    _by_resource: dict[str, list[FileFacts]] = field(init=False)
    _doubted: dict[str, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._top = os.fspath(self.holding.folder)
        self._by_resource = self.records.by_resource()
        self._doubted = disagreements(self.records, self._by_resource)

    def examine(self, read: Read) -> Verified:
        """Return what is found.

        Args:
            read: what reads files.
        """
        entries = self.records.manifest.entries
        for name, facts in self._by_resource.items():
            for fact in self._expected(name, facts):
                self._look(fact, entries.get(name), full=name in self._doubted)
        known = self._files.keys() | self._to_read.keys()
        unknown = self._unknown(known)
        folders = [name for name in self._doubted if name and entries[name].folder]
        around = [path for path in unknown if any(covers(entries[one], path) for one in folders)]
        files = [path for path in around if self.walked.paths[path] == "file"]
        found = read(self._to_read | {path: FileFacts(path, UNKNOWN, 0, "") for path in files})
        self._files |= {
            path: compare_read(fact, found[path]) for path, fact in self._to_read.items()
        }
        self._files |= {path: FileState(path, State.FOREIGN) for path in unknown}
        for name in folders:
            self._decide(entries[name], around, found)
        self._add_lost()
        return self._verified()

    def _unknown(self, known: Collection[str]) -> list[str]:
        """Return the paths of what is there and on no record; not of links above what is."""
        found = [path for path in self.walked.paths if path not in known]
        if found:
            above = {path.rpartition("/")[0] for path in known}
            above |= {one.as_posix() for path in above for one in PurePosixPath(path).parents}
            found = [path for path in found if path not in above]
        return found

    def _expected(self, name: str, facts: list[FileFacts]) -> Iterable[FileFacts]:
        """Return what the files of a resource should be; the sidecar is not asked if in doubt."""
        entry = self.records.manifest.entries.get(name)
        if entry is None or entry.path == NOWHERE:
            return facts
        if entry.folder:
            if not facts and not os.path.isdir(self._place(entry.path)):  # noqa: PTH112
                self._files[entry.path] = FileState(entry.path, State.MISSING)
            return facts
        if name not in self._doubted:
            return facts
        links = [entry.link, *(fact.link for fact in facts)]
        link = next((one for one in links if link_digest(one) == entry.result), entry.link)
        sha256 = "" if link else entry.result
        return [FileFacts(entry.path, UNKNOWN, 0, sha256, link)]

    def _look(self, fact: FileFacts, entry: Entry | None, *, full: bool) -> None:
        """Look at what is on record, or let it be read."""
        path = fact.path
        if self.walked.paths.get(path) == "other":
            self._files[path] = failed(path, 0)
        elif fact.link:
            leads = entry is not None and (bool(entry.link) or self._leads_out(path, fact.link))
            self._files[path] = compare_link(fact, self._place(path), leads=leads)
        elif full or not self.quick or self.records.damage:
            self._to_read[path] = fact
        else:
            looked = compare_look(fact, self._place(path))
            if self.reads_touched and looked.why == OTHER_TIME:
                self._to_read[path] = fact
            else:
                self._files[path] = looked

    def _leads_out(self, path: str, target: str) -> bool:
        """Return whether a link leads out of the data set's folder, by where it says it leads."""
        place = os.path.normpath(os.path.join(os.path.dirname(self._place(path)), target))  # noqa: PTH118, PTH120
        return not f"{place}/".startswith(f"{os.path.normpath(self._top)}/")

    def _decide(self, entry: Entry, around: Iterable[str], found: Mapping[str, Found]) -> None:
        """Believe the manifest, where what is in a folder is what it says."""
        paths = {path for path in self._files if covers(entry, path)}.union(
            path for path in around if covers(entry, path)
        )
        there = {fact.path: fact for fact in self._facts(paths, found)}
        if result_of(entry, there.values()) != entry.result:
            return
        for path in paths:
            self._files.pop(path, None)
        self._files |= {
            path: FileState(path, State.RIGHT, facts=fact) for path, fact in there.items()
        }

    def _facts(self, paths: Iterable[str], found: Mapping[str, Found]) -> Iterator[FileFacts]:
        """Iterate over what is there of some paths."""
        for path in paths:
            one = found.get(path)
            if one is None:
                with suppress(OSError):  # it is no link
                    link = os.readlink(self._place(path))  # noqa: PTH115
                    yield FileFacts(path, 0, os.lstat(self._place(path)).st_mtime_ns, "", link)
            elif not one.error:
                yield FileFacts(path, one.size, one.mtime_ns, one.sha256)

    def _add_lost(self) -> None:
        """Say which folders cannot be read: nobody knows what else is in them."""
        for path, error in self.walked.lost.items():
            self._files[path or "."] = failed(path or ".", error.errno or 0, error.strerror or "")

    def _verified(self) -> Verified:
        damage = self._doubted | ({"": self.records.damage} if self.records.damage else {})
        ordered = {path: self._files[path] for path in sorted(self._files)}
        if not damage and (path := self._with_wrong_size()):
            damage = {"": f"the size of {path} is not as it was recorded, though its content is"}
        closed = frozenset(path or "." for path in self.walked.lost)
        return Verified(
            self.holding, self.records, ordered, damage, quick=self.quick, closed=closed
        )

    def _with_wrong_size(self) -> str:
        """Return a file that is right, though not its size; empty where there is none."""
        for path, expected in self._to_read.items():
            facts = self._files[path].facts
            if facts is not None and expected.size not in (UNKNOWN, facts.size):
                return path
        return ""

    def _place(self, path: str) -> str:
        return f"{self._top}/{path}"
