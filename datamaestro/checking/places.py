"""The places where files are published, as definitions name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from datamaestro.download.resource import Resource
from datamaestro.store.manifest import read_manifest
from datamaestro_hookspecs.cards import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.cards import Definition, ResourceCard


@frozen(eq=False)
class Place:
    """A URL of a file, or whatever else brings it.

    Args:
        dataset: full identity of the data set.
        resource: the file.
        url: one of those where it is published; empty where it has none.
        entry: the record of the file, where it is on disk.
        declaration: of the resource, where its author has written how it is checked.
    """

    dataset: str
    resource: ResourceCard
    url: str = ""
    entry: Entry | None = None
    declaration: Any = None

    @property
    def source(self) -> Source:
        """What is declared of the file as it is published."""
        return self.resource.source or Source((self.url,))

    @property
    def file(self) -> tuple[str, str]:
        """The file, whose places are alternatives."""
        return self.dataset, self.resource.name


def places_of(definition: Definition, store: Store) -> Iterator[Place]:
    """Iterate over the places of the files of a data set; what is made of others has none."""
    card = definition.card
    entries = read_manifest(store.manifest(card)).entries
    declared: Mapping[str, Any] = getattr(definition, "resources", {})
    for resource in card.resources:
        entry = entries.get(resource.name)
        if resource.source is not None:
            for url in resource.source.urls or [""]:
                yield Place(card.identity, resource, url, entry)
        elif checks_itself(declaration := declared.get(resource.name)):
            yield Place(card.identity, resource, "", entry, declaration)


def checks_itself(declaration: object) -> bool:
    """Return whether the author of a resource has written how it is checked."""
    return isinstance(declaration, Resource) and type(declaration).check is not Resource.check
