"""Verifying: whether what is on disk is what is on record; that alone is asked."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.errors import BusyError, StorageError
from datamaestro.house.verifying.examining import Examination
from datamaestro.house.verifying.journal import Journal
from datamaestro.house.verifying.states import Verified
from datamaestro.house.verifying.walking import Nesting, walk
from datamaestro.store.manifest import Manifest
from datamaestro.store.settled import read_settled, record_versions
from datamaestro.store.soundness import Records
from datamaestro_hookspecs.events import CheckAdvanced, CheckEnded, CheckStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from datamaestro.house.verifying.readers import Readers
    from datamaestro.house.verifying.reading import Found
    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import FileFacts
    from datamaestro_hookspecs.events import Event

TRIES = 3
"""How often a data set is verified that another process changes meanwhile."""


def _to_nobody(event: Event) -> None:
    """Tell nobody."""


@define
class Verification:
    """A verification of some data sets, one after the other.

    Args:
        readers: that read the files.
        quick: whether files are only looked at: size and time.
        again: whether what an interrupted verification has read is read again.
        send: told of events.
        reads_touched: whether a quick one reads files of which only the time is another one.
        resumed: files that an interrupted verification has read.
        since: when it had read the first of them, in seconds since 1970.
    """

    readers: Readers
    quick: bool = False
    again: bool = False
    send: Callable[[Event], None] = _to_nobody
    reads_touched: bool = False
    resumed: int = 0
    since: float = field(factory=time.time)
    _journals: list[Journal] = field(factory=list)

    def verify(self, holdings: Iterable[Holding]) -> Iterator[Verified]:
        """Iterate over what is found, a data set after the other; over none of nothing on record.

        What has been read so far is kept for the next verification, until all is verified.
        """
        nesting: dict[Path, Nesting] = {}
        try:
            for holding in holdings:
                store = holding.store
                if store.root not in nesting:
                    nesting[store.root] = Nesting(store)
                found = self._verified(holding, nesting[store.root].inside(holding))
                if found is not None:
                    yield found
        except BaseException:
            for journal in self._journals:
                journal.write()
            raise
        for journal in self._journals:
            journal.remove()

    def _verified(self, holding: Holding, nested: set[str]) -> Verified | None:
        """Return what is found of a data set; None where nothing is on record.

        Where another process changes it meanwhile, it is verified once more.
        """
        for _ in range(TRIES):
            version = record_versions(holding.store, holding)
            try:
                records = read_settled(holding.store, holding)
            except (BusyError, StorageError) as error:
                return Verified(holding, Records(Manifest(), {}), {}, {}, failure=error)
            if records.nothing:
                return None
            walked = walk(holding.folder, nested)
            one = Examination(holding, records, walked, self.quick, self.reads_touched)
            found = one.examine(_Reading(self, holding, list(walked.paths)).read)
            if found.right or record_versions(holding.store, holding) == version:
                break
        return found

    def begin(self, holding: Holding) -> tuple[Journal, dict[str, Found]]:
        """Return the journal of a data set, and what it knows."""
        journal = Journal(holding)
        self._journals.append(journal)
        return journal, {} if self.again else journal.known()


@define
class _Reading:
    """The files of one data set, which are read."""

    whole: Verification
    holding: Holding
    order: list[str]

    def read(self, wanted: Mapping[str, FileFacts]) -> dict[str, Found]:
        """Return what is found in files; what an interrupted verification has read is known."""
        if not wanted:
            return {}
        journal, noted = self.whole.begin(self.holding)
        found = {path: noted[path] for path in noted.keys() & wanted.keys()}
        self.whole.resumed += len(found)
        if found:
            self.whole.since = min(self.whole.since, journal.oldest)
        paths = [path for path in self.order if path in wanted and path not in found]
        if len(paths) + len(found) < len(wanted):
            paths += wanted.keys() - found.keys() - set(paths)  # behind links, or not there
        top = os.fspath(self.holding.folder)
        asked = [(f"{top}/{path}", wanted[path].size) for path in paths]
        name, send, before = self.holding.identity, self.whole.send, self.whole.readers.bytes
        batches = self.whole.readers.found(asked)
        send(CheckStarted(name, len(asked), sum(max(size, 0) for _, size in asked)))
        done, failure = 0, ""
        try:
            for batch in batches:
                files = [(paths[number], one) for number, one in batch]
                found.update(files)
                journal.add(files)
                done += len(files)
                send(CheckAdvanced(name, done, self.whole.readers.bytes - before))
        except BaseException as error:
            failure = str(error) or type(error).__name__
            raise
        finally:
            send(CheckEnded(name, failure))
        return found
