"""Released: what was on record of a resource that went to the trash while its data set stayed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.store.descriptions import description_from, write_description
from datamaestro.store.holdings import Holding
from datamaestro.store.manifest import FileFacts, entries_of
from datamaestro_hookspecs.cards import ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry
    from datamaestro.store.records import DatasetRecords


class Released(NamedTuple):
    """The record of a resource.

    Args:
        id: of its data set.
        repository: that defines that.
        name: of the resource.
        entry: of the manifest.
        files: of the sidecar.
        told: the text of what was said of the data set; empty where nothing was.
    """

    id: str
    repository: str
    name: str
    entry: Entry
    files: tuple[FileFacts, ...]
    told: str = ""

    @property
    def identity(self) -> str:
        """The full name of the data set, ``id@repository``."""
        return f"{self.id}@{self.repository}"

    def as_facts(self) -> dict[str, Any]:
        """Return it as JSON can say it."""
        entry, files = self.entry.as_facts(), [one._asdict() for one in self.files]
        return {**self._asdict(), "entry": entry, "files": files}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Released:
        """Return what JSON says.

        Raises:
            KeyError, TypeError, ValueError: it says none.
        """
        entry = entries_of({"": facts["entry"]})[""]
        files = tuple(FileFacts(**one) for one in facts["files"])
        for one in files:
            one.check()
        names = facts["id"], facts["repository"], facts["name"]
        if not (re.fullmatch(ID, names[0]) and re.fullmatch(ID, names[1])):
            raise ValueError("it is of no data set")
        if not isinstance(names[2], str):
            raise TypeError("its name is no text")
        found = cls(*names, entry, files, facts["told"])
        if found.told:
            description_from(found.told.encode(), found)
        return found

    def let_go(self, store: Store) -> None:
        """End the record of the resource.

        Raises:
            StorageError: it cannot be written.
        """
        self._records(store).let_go(self.name)

    def take_back(self, store: Store) -> None:
        """Record the resource again, unless there is one of its name meanwhile.

        What was said of its data set is said again where nothing is, so that it can be used.

        Raises:
            StorageError: it cannot be recorded.
        """
        if self.told and not os.path.lexists(store.description(self)):
            write_description(store, description_from(self.told.encode(), self))
        records = self._records(store)
        entries, files = records.manifest().entries, records.files()
        facts = {fact.path: fact for fact in self.files}
        is_back = self.name in entries and facts.items() <= files.items()
        if entries.get(self.name, self.entry) == self.entry and not is_back:
            records.rewrite({**entries, self.name: self.entry}, {**files, **facts}.values())

    def _records(self, store: Store) -> DatasetRecords[Holding]:
        """Return the records of its data set."""
        from datamaestro.store.records import DatasetRecords

        return DatasetRecords(store, Holding(store, self.id, self.repository))
