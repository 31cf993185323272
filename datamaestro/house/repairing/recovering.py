"""Recovering a manifest that is lost, from the sidecar, the files, and the definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.plan import make_plan
from datamaestro.engine.vouched import unvouched
from datamaestro.house.repairing.repairs import Change
from datamaestro.house.verifying.states import State
from datamaestro.store.manifest import Entry, Input, Manifest
from datamaestro.store.mending import MENDED
from datamaestro.store.soundness import result_of
from datamaestro.store.taken import covers
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from datamaestro.engine.plan import Step
    from datamaestro.house.repairing.repairs import Repair
    from datamaestro.house.verifying.states import FileState
    from datamaestro_hookspecs.cards import Card, ResourceCard
    from datamaestro_hookspecs.files import FileFacts


def recovering(card: Card, todo: Repair) -> Change:
    """Return what is changed where the manifest is lost.

    A folder all of whose files are right is recorded; another one is made again. Files are left for
    adoption, which checks them, where anything says that they are right: the sidecar, or a digest
    in the definition. Others are set aside. What may have been made otherwise than its definition
    says now is made again, too.
    """
    aside: list[str] = []
    adopted: set[str] = set()
    entries: dict[str, Entry] = {}
    facts: dict[str, FileFacts] = {}
    unknown = unvouched(card, todo.holding.store)
    for name, step in make_plan(card, Manifest(), lambda _: False).steps.items():
        resource = step.resource
        if resource.path == NOWHERE:
            continue
        whole = Entry(resource.path, MENDED, folder=True)
        files = [one for path, one in todo.found.files.items() if covers(whole, path)]
        file = next((one for one in files if one.path == resource.path), None)
        if file is not None:
            is_told = file.state in (State.FOREIGN, State.CHANGED) and _declared(resource)
            is_right = file.state == State.RIGHT and (name not in unknown or _declared(resource))
            if is_right or is_told:
                adopted.add(name)
            elif file.state != State.MISSING:
                aside.append(file.path)
            continue
        there = {one.path: one.facts for one in files if one.facts}
        if files:
            entries[name] = whole if name in unknown else _folder(step, whole, files)
            facts |= there
            aside += [one.path for one in files if one.state == State.CHANGED]
    return Change(tuple(aside), entries, tuple(facts.values()), frozenset(adopted))


def _folder(step: Step, whole: Entry, files: list[FileState]) -> Entry:
    """Return the entry of a folder; one of which something is not right is to be made again."""
    there = [one.facts for one in files if one.facts]
    if len(there) < len(files):
        return whole
    inputs = {name: Input(lineage, "") for name, lineage in step.lineages.items()}
    return whole._replace(recipe=step.recipe, result=result_of(whole, there), inputs=inputs)


def _declared(resource: ResourceCard) -> bool:
    """Return whether the definition says what the content of a file is."""
    source = resource.source
    return bool(resource.digests or resource.either or (source and source.digests))
