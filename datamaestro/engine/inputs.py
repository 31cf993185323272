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
    name, _, repository = other.reference.rpartition("@")
    manifest = read_manifest(store.manifest_of(repository, name.partition("[")[0]))
    if not manifest.entries:
        return None
    return Entry(NOWHERE, reference_lineage(other), result=digest_of(manifest.entries))


def digest_of(entries: Mapping[str, Entry]) -> str:
    """Return a digest of what is on disk of a data set."""
    results = [f"{key}={entry.result}" for key, entry in sorted(entries.items())]
    return hashlib.sha256("\n".join(results).encode()).hexdigest()
