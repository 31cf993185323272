"""What is on record for a data set, and for the data sets that its resources are made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from datamaestro.engine.plan import reference_lineage
from datamaestro.store.manifest import Entry, read_manifest
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Manifest
    from datamaestro_hookspecs.cards import Card, ResourceCard


def with_references(card: Card, store: Store, manifest: Manifest) -> Manifest:
    """Return a manifest that has an entry, too, for each data set that something is made from.

    Its result is a digest of what is on disk of that data set, so that what was made from something
    else is made again.
    """
    used = {name for resource in card.resources for name in resource.inputs}
    others = [one for one in card.resources if one.reference and one.name in used]
    if not others:
        return manifest
    found = {other.name: _entry(other, store) for other in others}
    entries = {name: entry for name, entry in found.items() if entry is not None}
    return manifest._replace(entries={**manifest.entries, **entries})


def _entry(other: ResourceCard, store: Store) -> Entry | None:
    name, _, repository = other.reference.rpartition("@")
    manifest = read_manifest(store.manifest_of(repository, name.partition("[")[0]))
    results = [f"{key}={entry.result}" for key, entry in sorted(manifest.entries.items())]
    if not results:
        return None
    digest = hashlib.sha256("\n".join(results).encode()).hexdigest()
    return Entry(NOWHERE, reference_lineage(other), result=digest)
