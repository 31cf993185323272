"""Repairs: what is to be done for a data set, told from what was found of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from datamaestro.house.verifying.states import WRONG, State
from datamaestro.store.mending import MENDED
from datamaestro.store.soundness import result_of
from datamaestro.store.taken import covers
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.engine.forecast import Item
    from datamaestro.house.verifying.states import Verified
    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.files import FileFacts


class Repair(NamedTuple):
    """What is to be done for one data set.

    Args:
        found: what is wrong.
        wrong: resources to be made again, and which files of each are wrong.
        lost: whether the manifest has to be made anew, for which its definition is needed.
        rewritten: whether the records are written anew, from the files.
    """

    found: Verified
    wrong: Mapping[str, tuple[str, ...]]
    lost: bool
    rewritten: bool

    @property
    def holding(self) -> Holding:
        """The data set."""
        return self.found.holding

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.wrong or self.lost or self.rewritten)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is on record of resources."""
        return self.found.records.manifest.entries

    def facts(self) -> Iterator[FileFacts]:
        """Iterate over what is to be on record of files: what was found, else what was before."""
        for path, file in self.found.files.items():
            before = self.found.records.files.get(path)
            facts = file.facts or (before if file.state != State.FOREIGN else None)
            if facts is not None and resource_of(path, self.entries):
                yield facts


class Change(NamedTuple):
    """What is changed before anything is made again.

    Args:
        aside: paths that are set aside.
        entries: what is on record of resources then.
        facts: what is on record of files then.
        adopted: resources that are there and on no record then, to be checked and recorded.
    """

    aside: tuple[str, ...]
    entries: Mapping[str, Entry]
    facts: tuple[FileFacts, ...]
    adopted: frozenset[str] = frozenset()


class Repaired(NamedTuple):
    """What has been done.

    Args:
        repair: what was to be done.
        kept: where what was wrong is.
        other: resources whose content is another one than before.
        noted: how many files that are right have another time, which is on record now.
        unnoted: likewise, where that could not be written.
        items: what would be done for each resource, where that was only to be found out.
    """

    repair: Repair
    kept: tuple[Path, ...] = ()
    other: tuple[str, ...] = ()
    noted: int = 0
    unnoted: int = 0
    items: tuple[Item, ...] = ()

    @property
    def fetched(self) -> int | None:
        """Bytes that would be fetched; None where a size is unknown, also to the server."""
        sizes = [one.size for one in self.items if one.action != "derive"]
        if None in sizes:
            return None
        return sum((one.size or 0) - one.there for one in self.items)


def to_repair(found: Verified) -> Repair:
    """Return what is to be done for a data set."""
    entries = found.records.manifest.entries
    wrong: dict[str, list[str]] = {}
    for path, file in found.files.items():
        if file.state in WRONG and (name := resource_of(path, entries)):
            wrong.setdefault(name, []).append(path)
    for name in found.damage.keys() & entries.keys():
        if entries[name].folder and name not in wrong:
            unknown = _unknown_in(name, found)
            if unknown is not None:
                wrong[name] = unknown
    lost = bool(found.records.damage) and not entries
    rewritten = bool(found.damage) and not lost
    return Repair(found, {name: tuple(paths) for name, paths in wrong.items()}, lost, rewritten)


def _unknown_in(name: str, found: Verified) -> list[str] | None:
    """Return what is in a folder of which nobody knows whether it belongs there.

    Its records disagree; None where what is right makes up all that the manifest says of it, or
    may do so.
    """
    entries = found.records.manifest.entries
    inside = [one for path, one in found.files.items() if resource_of(path, entries) == name]
    right = [one.facts for one in inside if one.facts is not None]
    if any(one.state == State.UNREADABLE for one in inside):
        return None  # it may be right
    if result_of(entries[name], right) == entries[name].result:
        return None
    return [one.path for one in inside if one.state == State.FOREIGN]


def resource_of(path: str, entries: Mapping[str, Entry]) -> str:
    """Return the resource that a path belongs to, the innermost; empty where there is none."""
    names = [name for name, one in entries.items() if one.path != NOWHERE and covers(one, path)]
    return max(names, key=lambda name: len(entries[name].path), default="")


def mending(todo: Repair) -> Change:
    """Return what is changed where the manifest is known: wrong files are set aside.

    A folder in which some are stays on record, to be made again; and so does a link that leads
    nowhere, until there is another one.
    """
    entries = {
        name: entry._replace(recipe=MENDED) if name in todo.wrong and entry.folder else entry
        for name, entry in todo.entries.items()
    }
    aside = tuple(
        path
        for name, paths in todo.wrong.items()
        for path in paths
        if not (todo.entries[name].link and todo.found.files[path].state == State.MISSING)
    )
    return Change(aside, entries, tuple(todo.facts()))
