"""What a data directory offers of a data set: what is on record of it, and there."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.engine.inputs import digest_of
from datamaestro.errors import ContentError
from datamaestro.moving.here.links import files_behind, stays_inside
from datamaestro.moving.resources import Resources
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import is_there
from datamaestro.store.settled import read_settled
from datamaestro.store.soundness import disagreements, result_of
from datamaestro_hookspecs.offers import Offer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.files import FileFacts

log = logging.getLogger("datamaestro")


@define
class Offered:
    """What is offered of a holding, and where its files are.

    Args:
        holding: of this data directory.
        entries: of the resources that are there, as they will be on the other side.
        files: likewise, sorted by path.
        lost: names of resources that are on record, and not there.
        elsewhere: where a file is that is not at its path: a link led there.
        changed: the digests that are others on the other side, by those on record here.
        within: the folder, without links, out of which no link is followed; None: all are.
    """

    holding: Holding
    entries: dict[str, Entry] = field(factory=dict)
    files: list[FileFacts] = field(factory=list)
    lost: list[str] = field(factory=list)
    elsewhere: dict[str, Path] = field(factory=dict)
    changed: dict[str, str] = field(factory=dict)
    within: Path | None = None
    _paths: frozenset[str] = frozenset()
    _folder: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._folder = str(self.holding.folder)

    @classmethod
    def of(
        cls,
        holding: Holding,
        changed: Mapping[str, str] = MappingProxyType({}),
        within: Path | None = None,
    ) -> Offered:
        """Return what a holding has to offer.

        Args:
            holding: of a data directory.
            changed: the digests that are others on the other side, of what it is made of.
            within: the folder, without links, out of which no link is followed; None: all are.

        Raises:
            BusyError: what is on record of it is just being written.
            ContentError: what is on record of it is damaged, or a link leads nowhere, or too far.
            StorageError: something cannot be read.
        """
        records = read_settled(holding.store, holding)
        offered, entries = (
            cls(holding, changed=dict(changed), within=within),
            records.manifest.entries,
        )
        damage = [records.damage, *disagreements(records).values()]
        if any(damage) or not entries:
            raise _damaged(holding, next(filter(None, damage), "nothing is on record of it"))
        files = Resources(entries).files(records.files.values())
        for name, entry in entries.items():
            with storage_errors(holding.folder):
                there = is_there(holding.folder, entry)
            if there:
                offered._add(name, entry, files[name])
            else:
                offered.lost.append(name)
        offered._follow_changes(entries)
        offered.files.sort(key=lambda one: one.path)
        offered._paths = frozenset(one.path for one in offered.files if not one.link)
        return offered

    def place(self, path: str) -> str:
        """Return where a file is that is offered; whoever asks for it may be a stranger.

        There may be very many, so it is no object.

        Raises:
            ContentError: it is not offered.
        """
        if path not in self._paths:
            raise ContentError(f"{self.holding.identity}: {path!a} is not offered")
        found = self.elsewhere.get(path)
        return f"{self._folder}/{path}" if found is None else str(found)

    def _add(self, name: str, entry: Entry, files: list[FileFacts]) -> None:
        """Offer a resource."""
        led = {
            one.path: one.link for one in files if one.link and not stays_inside(one.path, one.link)
        }
        if led:
            files = [one for one in files if one.path not in led]
            for link in led:
                for facts, place in files_behind(self.holding.folder, link, self.within):
                    files.append(facts)
                    self.elsewhere[facts.path] = place
            more = f", as are {len(led) - 1:,} more links of {name}" if len(led) > 1 else ""
            first, target = next(iter(led.items()))
            place_of_first = self.holding.folder / first
            log.warning("%s leads to %s, which is copied%s", place_of_first, target, more)
            if entry.link:
                is_folder = (self.holding.folder / entry.path).is_dir()
                entry = entry._replace(link="", folder=is_folder)
            entry = entry._replace(result=result_of(entry, files))
        self.entries[name] = entry
        self.files += files

    def _follow_changes(self, recorded: Mapping[str, Entry]) -> None:
        """Change the digests of inputs, where files take the place of a link."""
        for name, entry in self.entries.items():
            if recorded[name].result not in ("", entry.result):
                self.changed[recorded[name].result] = entry.result
        for name, entry in self.entries.items():
            inputs = {
                each: one._replace(sha256=self.changed.get(one.sha256, one.sha256))
                for each, one in entry.inputs.items()
            }
            self.entries[name] = entry._replace(inputs=inputs)
        if (whole := digest_of(recorded)) != digest_of(self.entries):
            self.changed[whole] = digest_of(self.entries)

    def offer(self, description: str, needs: tuple[str, ...], missing: tuple[str, ...]) -> Offer:
        """Return it as plain values.

        Args:
            description: what is said of the data set.
            needs: data sets that it is made of.
            missing: names of resources that are not on record.
        """
        return Offer(
            dataset=self.holding.identity,
            record={name: entry.as_facts() for name, entry in self.entries.items()},
            files=tuple(self.files),
            description=description,
            needs=needs,
            missing=missing,
            lost=tuple(self.lost),
        )


def _damaged(holding: Holding, why: str) -> ContentError:
    return ContentError(
        f"{holding.identity}: {why}", hint=f"first mend it: datamaestro repair {holding.identity}"
    )
