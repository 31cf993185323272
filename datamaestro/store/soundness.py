"""Soundness: whether records are as they were written, and agree with each other.

Three things say what a resource is: the seal of the manifest, the digest that the manifest has of
each resource, and the sidecar's digests of its files. What has lost one of them is damaged, which
is something else than that nothing is on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import FileFacts, Manifest, understood, understood_lines
from datamaestro.store.regular import read_regular
from datamaestro.store.trees import link_digest, tree_digest
from datamaestro_hookspecs.places import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from datamaestro.store.layout import Named, Store
    from datamaestro.store.manifest import Entry


class Records(NamedTuple):
    """What is on record of a data set, and what is wrong with the records themselves.

    Args:
        manifest: empty where it is damaged.
        files: what the sidecar says of each, by path below the data set's folder.
        damage: what is wrong with the records as a whole; empty where nothing is.
    """

    manifest: Manifest
    files: Mapping[str, FileFacts]
    damage: str = ""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing on record, and nothing has been lost."""
        return not (self.manifest.entries or self.damage)

    def by_resource(self) -> dict[str, list[FileFacts]]:
        """Return the files of each resource; those of none have an empty name."""
        entries = self.manifest.entries
        found: dict[str, list[FileFacts]] = {name: [] for name in entries}
        single = {one.path: name for name, one in entries.items() if not one.folder}
        folders = {
            "" if one.path == WHOLE else f"{one.path}/": found[name]
            for name, one in entries.items()
            if one.folder
        }
        inner = sorted(folders, key=len, reverse=True)
        for path, fact in self.files.items():
            if path in single:
                found[single[path]].append(fact)
                continue
            for start in inner:
                if path.startswith(start):
                    folders[start].append(fact)
                    break
            else:
                found.setdefault("", []).append(fact)
        return found


def read_records(store: Store, named: Named) -> Records:
    """Return what is on record of a data set.

    Raises:
        StorageError: it cannot be read.
    """
    damage = []
    path = store.manifest(named)
    content = _content(path)
    try:
        manifest = Manifest() if content is None else understood(content, path)
    except ValueError as error:
        manifest = Manifest()
        damage.append(f"its manifest cannot be understood: {error}")
    files, lost = understood_lines(_content(store.sidecar(named)) or b"")
    if lost:
        damage.append(f"{lost} line{'s' * (lost > 1)} of its sidecar cannot be understood")
    if content is None and (files or lost):
        damage.append("its manifest is missing")
    return Records(manifest, files, "; ".join(damage))


def is_damaged(store: Store, named: Named) -> bool:
    """Return whether records of a data set are there that cannot be understood as a whole.

    What belongs to it cannot be told then, so that nothing in its folder may be taken for
    abandoned.

    Raises:
        StorageError: they cannot be read.
    """
    records = read_records(store, named)
    return bool(records.damage or disagreements(records))


def disagreements(
    records: Records, by_resource: Mapping[str, list[FileFacts]] | None = None
) -> dict[str, str]:
    """Return what is wrong with records, by resource; by an empty name where it is of none.

    Args:
        records: of a data set.
        by_resource: the files of each, where they are known already.
    """
    found = {}
    for name, facts in (by_resource or records.by_resource()).items():
        entry = records.manifest.entries.get(name)
        if entry is None:
            if not records.damage:
                found[name] = f"{facts[0].path} is on record, but of no resource"
        elif why := _disagreement(entry, facts):
            found[name] = why
    return found


def _disagreement(entry: Entry, facts: list[FileFacts]) -> str:
    """Return why an entry and the facts of its files do not go together; empty where they do."""
    if entry.path == NOWHERE:
        return ""
    if not entry.folder:
        if len(facts) != 1:
            return "its file is not on record"
        if facts[0].link != entry.link:
            return "its records disagree on where it leads"
    if entry.result and entry.result != result_of(entry, facts):
        return "its records disagree on its content"
    return ""


def result_of(entry: Entry, facts: Iterable[FileFacts]) -> str:
    """Return the digest that a resource has whose files are such, as the manifest has it."""
    if entry.folder:
        return tree_digest(below(entry, facts))
    (fact,) = facts
    return link_digest(fact.link) if fact.link else fact.sha256


def below(entry: Entry, facts: Iterable[FileFacts]) -> Iterable[FileFacts]:
    """Iterate over facts by path below the folder that a resource is."""
    if entry.path == WHOLE:
        return facts
    start = len(entry.path) + 1
    return (fact._replace(path=fact.path[start:]) for fact in facts)


def _content(path: Path) -> bytes | None:
    with storage_errors(path):
        try:
            return read_regular(path)
        except FileNotFoundError:
            return None
