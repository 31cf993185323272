"""What is on record for a data set, and for the data sets that its resources are made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from datamaestro.engine.plan import reference_lineage
from datamaestro.store.manifest import Entry, read_manifest
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Manifest
    from datamaestro_hookspecs.cards import Card, ResourceCard


def with_references(card: Card, store: Store, manifest: Manifest) -> Manifest:
    """Return a manifest that has an entry, too, for each data set that something is made from.

    Its result is a digest of what is on disk of that data set, so that what was made from something
    else is made again.
    """
    return with_entries(used_references(card), store, manifest)


def used_references(card: Card) -> list[ResourceCard]:
    """Return the other data sets of a data set from which something of it is made."""
    others = [one for one in card.resources if one.reference]
    if not others:
        return []
    used = {name for resource in card.resources for name in resource.inputs}
    return [one for one in others if one.name in used]


def with_entries(others: Iterable[ResourceCard], store: Store, manifest: Manifest) -> Manifest:
    """Return a manifest that has an entry, too, for each of some other data sets."""
    found = {other.name: _entry(other, store) for other in others}
    entries = {name: entry for name, entry in found.items() if entry is not None}
    if not entries:
        return manifest
    return manifest._replace(entries={**manifest.entries, **entries})


def _entry(other: ResourceCard, store: Store) -> Entry | None:
    result = _result(other.reference, store)
    return Entry(NOWHERE, reference_lineage(other), result=result) if result else None


def _result(reference: str, store: Store, trail: tuple[str, ...] = ()) -> str:
    """Return a digest of what is on disk of a data set; empty where that is not known.

    What is made of others alone has nothing on record; which ones these are is described.
    """
    name, _, repository = reference.rpartition("@")
    dataset_id = name.partition("[")[0]
    manifest = read_manifest(store.manifest_of(repository, dataset_id))
    if manifest.entries:
        return digest_of(manifest.entries)
    others = composed_of(store, dataset_id, repository)
    if reference in trail or not others:
        return ""
    results = [_result(one, store, (*trail, reference)) for one in others]
    lines = [f"{one}={result}" for one, result in zip(others, results, strict=True)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if all(results) else ""


def composed_of(store: Store, dataset_id: str, repository: str) -> list[str]:
    """Return the data sets that one is described to be made of; none if of anything else, too."""
    from datamaestro.store.descriptions import read_description
    from datamaestro.store.holdings import Holding

    description = read_description(store, Holding(store, dataset_id, repository))
    resources = description.card.get("resources") if description is not None else None
    if not isinstance(resources, list):
        return []
    found = [one.get("reference") if isinstance(one, dict) else None for one in resources]
    names = [one for one in found if isinstance(one, str) and one]
    return sorted(names) if len(names) == len(found) else []


def digest_of(entries: Mapping[str, Entry]) -> str:
    """Return a digest of what is on disk of a data set."""
    results = [f"{key}={entry.result}" for key, entry in sorted(entries.items())]
    return hashlib.sha256("\n".join(results).encode()).hexdigest()
