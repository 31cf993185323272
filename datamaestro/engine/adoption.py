"""Adoption: what is at its place already, though on no record, is checked and not fetched again.

It was left by an earlier version, with or without its own record, or put there by hand.
"""

from __future__ import annotations

import hashlib
import logging
import os
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.engine.choosing import chosen_transforms
from datamaestro.engine.inputs import with_references
from datamaestro.engine.pace import Pace
from datamaestro.engine.vouched import unvouched
from datamaestro.errors import DatamaestroError, DefinitionError, PluginError
from datamaestro.store.earlier import COMPLETE, OWN_FILES, earlier_states
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import Entry, FileFacts, Input
from datamaestro.store.nested import Nested
from datamaestro.store.removed import is_marked
from datamaestro.store.taken import Neighbours, Taken, covers
from datamaestro.store.trees import link_digest, read_tree, tree_digest
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.engine.plan import Plan, Step
    from datamaestro.engine.run import Check
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.records import DatasetRecords
    from datamaestro_hookspecs.cards import Card, ResourceCard, Source

log = logging.getLogger("datamaestro")


class Unlike(DatamaestroError):
    """What is there is not what its definition says."""


@define
class Adoption:
    """What of a plan is there already.

    Args:
        records: of the data set.
        checks: of a file's content, by the resource's name.
        plugins: that do the work.
    """

    records: DatasetRecords[Card]
    checks: Mapping[str, Check]
    plugins: Plugins
    _nested: Nested = field(init=False)
    _neighbours: Neighbours = field(init=False)
    _states: Mapping[str, str] = field(init=False)
    _unvouched: frozenset[str] | None = None

    def __attrs_post_init__(self) -> None:
        store, card = self.records.store, self.records.card
        with storage_errors(store.data(card)):
            self._nested, self._neighbours = Nested.of(store, card), Neighbours(store, card)
            self._states = earlier_states(store.data(card))

    def candidates(self, plan: Plan) -> list[Step]:
        """Return the steps whose results may be there already, in order."""
        folder = self.records.store.data(self.records.card)
        with storage_errors(folder):
            if not folder.is_dir():
                return []
        known = self.records.manifest().entries
        recorded = Taken({entry.path for entry in known.values()} - {NOWHERE})
        return [
            step
            for name, step in plan.steps.items()
            if name not in known
            and not recorded.has(step.resource.path)
            and self._may_be_there(step.resource)
            and not self._is_of_another(step.resource)
        ]

    def _may_be_there(self, resource: ResourceCard) -> bool:
        state = self._states.get(resource.name, "")
        if resource.path == NOWHERE or state in ("none", "partial"):
            return resource.path == NOWHERE and state == COMPLETE
        place = self._place(resource)
        with storage_errors(place):
            if place.is_dir():  # perhaps through a link of a user, who has more room elsewhere
                store, card = self.records.store, self.records.card
                return not is_marked(store, card) and self._nested.leaves_any(place)
            return place.is_file()

    def _is_of_another(self, resource: ResourceCard) -> bool:
        """Return whether what is at a place is on record of another data set."""
        store, card, path = self.records.store, self.records.card, resource.path
        if path == NOWHERE:
            return False
        with storage_errors(self._place(resource)):
            if self._nested.has(path):
                return True
            tops = os.listdir(store.data(card)) if path == WHOLE else [path]  # noqa: PTH208
            try:
                self._neighbours.refuse(tops)
            except DefinitionError:
                return True
        return False

    def adopt(self, plan: Plan) -> None:
        """Record what is there and is what its definition says; warn of what is not.

        Raises:
            StorageError: something cannot be read or recorded.
        """
        pace = Pace()
        try:
            for name, entry, files in self._found(plan):
                self.records.adopt(name, entry, files)
                if pace.left() == 0:
                    with pace:
                        self.records.confirm()
        finally:
            self.records.confirm()

    def unrecorded(self, plan: Plan) -> dict[str, Entry]:
        """Return what would be recorded, by name, where nothing can be.

        Raises:
            StorageError: something cannot be read.
        """
        return {name: entry for name, entry, _ in self._found(plan)}

    def likely(self, plan: Plan) -> dict[str, Entry]:
        """Return what would probably be recorded, by name, as far as that can be told at once.

        Raises:
            StorageError: something cannot be looked at.
        """
        found = {}
        for step in self.candidates(plan):
            place = self._place(step.resource)
            try:
                with storage_errors(place):
                    self._check_kind(step.resource, place, place.is_dir())
            except (Unlike, DefinitionError):
                continue
            inputs = {name: Input(lineage, "") for name, lineage in step.lineages.items()}
            folder = step.resource.path == WHOLE or place.is_dir()
            found[step.resource.name] = Entry(
                step.resource.path, step.recipe, folder=folder, inputs=inputs
            )
        return found

    def _found(self, plan: Plan) -> Iterator[tuple[str, Entry, list[FileFacts]]]:
        record = with_references(self.records.card, self.records.store, self.records.manifest())
        known = dict(record.entries)
        for step in self.candidates(plan):
            place = self._place(step.resource)
            try:
                with storage_errors(place):
                    entry, files = self._looked_at(step.resource)
                self._check_recorded(entry, files)
                self._check_vouched(step.resource)
                self._check(step.resource, entry, place)
            except Unlike as error:
                log.warning("%s is there, but %s; it is made anew", place, error)
                continue
            inputs = {
                name: Input(lineage, known[name].result if name in known else "")
                for name, lineage in step.lineages.items()
            }
            log.info("%s is there already, and is used", place)
            known[step.resource.name] = entry._replace(recipe=step.recipe, inputs=inputs)
            yield step.resource.name, known[step.resource.name], files

    def _place(self, resource: ResourceCard) -> Path:
        return self.records.store.path(self.records.card, resource.path)

    def _looked_at(self, resource: ResourceCard) -> tuple[Entry, list[FileFacts]]:
        """Return what is to be recorded of what is there."""
        place = self._place(resource)
        entry = Entry(resource.path, recipe="", folder=resource.path == WHOLE)
        if resource.path == NOWHERE:
            return entry, []
        if place.is_symlink() and resource.links and resource.path != WHOLE:
            link = str(place.readlink())
            facts = FileFacts(resource.path, 0, place.lstat().st_mtime_ns, "", link)
            return entry._replace(link=link, result=link_digest(link)), [facts]
        if not place.is_dir():
            digest = _digest(place, "sha256")
            status = place.stat()
            facts = FileFacts(resource.path, status.st_size, status.st_mtime_ns, digest)
            return entry._replace(result=digest), [facts]
        there = read_tree(place, self._nested.is_other)
        below = [fact for fact in there if fact.path.split("/")[0] not in OWN_FILES]
        if resource.path != WHOLE:
            placed = [fact._replace(path=f"{resource.path}/{fact.path}") for fact in below]
        else:
            placed = below
        return entry._replace(folder=True, result=tree_digest(below)), placed

    def _check_recorded(self, entry: Entry, files: list[FileFacts]) -> None:
        """Check what is there against a sidecar whose manifest has been lost.

        Raises:
            Unlike: it is something else.
        """
        known = self.records.files()
        paths = known if entry.folder else {entry.path} & known.keys()
        recorded = {
            path: (known[path].sha256, known[path].link)
            for path in paths
            if entry.path != NOWHERE and covers(entry, path)
        }
        there = {fact.path: (fact.sha256, fact.link) for fact in files}
        for path, content in recorded.items():
            if there.get(path) != content:
                raise Unlike(f"{path} is not what it was when it was recorded")

    def _check_vouched(self, resource: ResourceCard) -> None:
        """Check that what was on record once is made as its definition says now.

        Raises:
            Unlike: nobody knows that.
        """
        if self._unvouched is None:
            store, card = self.records.store, self.records.card
            was_recorded = self.records.files() or store.description(card).exists()
            self._unvouched = unvouched(card, store) if was_recorded else frozenset()
        is_told = not resource.folder and self._told(resource)
        if resource.name in self._unvouched and not is_told:
            raise Unlike("nobody knows whether it was made as its definition says now")

    def _check(self, resource: ResourceCard, entry: Entry, place: Path) -> None:
        """Check what is there as far as its definition says what it is to be.

        Raises:
            Unlike: it is something else.
        """
        if resource.path == NOWHERE or entry.link:
            return
        self._check_kind(resource, place, entry.folder)
        if not entry.folder:
            self._check_file(resource, place, entry.result)
        elif resource.links:
            lost = next((one for one in place.iterdir() if not one.exists()), None)
            if lost is not None:
                raise Unlike(f"its link {lost.name} leads nowhere")
        check = self.checks.get(resource.name)
        if check is not None:
            try:
                check(place)
            except Exception as error:
                raise Unlike(f"its content is something else: {error}") from error

    def _check_kind(self, resource: ResourceCard, place: Path, folder: bool) -> None:
        """Check what one look tells.

        Raises:
            Unlike: it is a folder where a file should be or the like, or has another size.
        """
        if resource.path == NOWHERE:
            return
        if resource.folder is not None and folder != resource.folder:
            raise Unlike("it is no folder" if resource.folder else "it is a folder")
        source = self._as_published(resource)
        if source is not None and not folder and source.size not in (None, place.stat().st_size):
            raise Unlike(f"it has {place.stat().st_size} bytes, not {source.size}")

    def _as_published(self, resource: ResourceCard) -> Source | None:
        """Return where a resource comes from, if it is there as it is published."""
        try:
            expanded = resource.source and chosen_transforms(resource, {}, self.plugins)[1]
        except PluginError:  # of what would expand it; what is there is expanded already
            return None
        return None if expanded else resource.source

    def _check_file(self, resource: ResourceCard, place: Path, sha256: str) -> None:
        for algorithm, expected in self._told(resource).items():
            found = sha256 if algorithm == "sha256" else _digest(place, algorithm)
            if found != expected:
                raise Unlike(f"it has {algorithm} {found}, not {expected}")

    def _told(self, resource: ResourceCard) -> dict[str, str]:
        """Return the digests that a file has to have at its place, by algorithm."""
        source = self._as_published(resource)
        return {**resource.digests, **resource.either, **(source.digests if source else {})}


def _digest(place: Path, algorithm: str) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
