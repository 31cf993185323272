"""Adoption: what is at its place already, though on no record, is checked and not fetched again.

It was left by an earlier version, with or without its own record, or put there by hand.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from attrs import define

from datamaestro.engine.choosing import chosen_transforms
from datamaestro.engine.inputs import with_references
from datamaestro.errors import DatamaestroError, DefinitionError, PluginError
from datamaestro.store.earlier import OWN_FILES, earlier_state
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import Entry, FileFacts, Input
from datamaestro.store.trees import link_digest, read_tree, tree_digest
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datamaestro.engine.plan import Plan, Step
    from datamaestro.engine.run import Check
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.records import DatasetRecords
    from datamaestro_hookspecs.cards import ResourceCard, Source

log = logging.getLogger("datamaestro")

COMPLETE = "complete"


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

    records: DatasetRecords
    checks: Mapping[str, Check]
    plugins: Plugins

    def candidates(self, plan: Plan) -> list[Step]:
        """Return the steps whose results may be there already, in order."""
        known = self.records.manifest().entries
        recorded = [entry.path for entry in known.values() if entry.path != NOWHERE]
        return [
            step
            for name, step in plan.steps.items()
            if name not in known
            and not any(_touch(step.resource.path, path) for path in recorded)
            and self._may_be_there(step.resource)
        ]

    def _may_be_there(self, resource: ResourceCard) -> bool:
        folder = self.records.store.data(self.records.card)
        with storage_errors(folder):
            state = earlier_state(folder, resource.name)
            if resource.path == NOWHERE or state in ("none", "partial"):
                return resource.path == NOWHERE and state == COMPLETE
            place = self._place(resource)
            if place.is_dir():  # perhaps through a link of a user, who has more room elsewhere
                return any(one.name not in OWN_FILES for one in place.iterdir())
            return place.is_file()

    def adopt(self, plan: Plan) -> None:
        """Record what is there and is what its definition says; warn of what is not.

        Raises:
            StorageError: something cannot be read or recorded.
        """
        for name, entry, files in self._found(plan):
            self.records.adopt(name, entry, files)

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
        found: dict[str, Entry] = {}
        for step in self.candidates(plan):
            place = self._place(step.resource)
            try:
                with storage_errors(place):
                    entry, files = self._looked_at(step.resource)
                self._check(step.resource, entry, place)
            except Unlike as error:
                log.warning("%s is there, but %s; it is made anew", place, error)
                continue
            record = with_references(self.records.card, self.records.store, self.records.manifest())
            known = {**record.entries, **found}
            inputs = {
                name: Input(lineage, known[name].result if name in known else "")
                for name, lineage in step.lineages.items()
            }
            log.info("%s is there already, and is used", place)
            found[step.resource.name] = entry._replace(recipe=step.recipe, inputs=inputs)
            yield step.resource.name, found[step.resource.name], files

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
        below = [fact for fact in read_tree(place) if fact.path.split("/")[0] not in OWN_FILES]
        if resource.path != WHOLE:
            placed = [fact._replace(path=f"{resource.path}/{fact.path}") for fact in below]
        else:
            placed = below
        return entry._replace(folder=True, result=tree_digest(below)), placed

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
        source = self._as_published(resource)
        digests = {**resource.digests, **resource.either, **(source.digests if source else {})}
        for algorithm, expected in digests.items():
            found = sha256 if algorithm == "sha256" else _digest(place, algorithm)
            if found != expected:
                raise Unlike(f"it has {algorithm} {found}, not {expected}")


def _digest(place: Path, algorithm: str) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _touch(one: str, other: str) -> bool:
    """Return whether of two paths one is the other, or inside of it."""
    return (
        WHOLE in (one, other)
        or f"{one}/".startswith(f"{other}/")
        or f"{other}/".startswith(f"{one}/")
    )
