"""What the index says of a data set, as a plain record."""

from __future__ import annotations

from typing import Any, NamedTuple

from datamaestro.index.facts import Facts, as_card
from datamaestro.query.formats import formats_of


class Entry(NamedTuple):
    """A data set as the catalogue lists it; ``prepare_dataset(entry.identity)`` gives its data.

    Args:
        id: of it.
        repository: that defines it.
        name: one line, or empty.
        type: the short name of its data's type.
        types: that type and its ancestors, as ``module:QualifiedName``.
        tags: sorted.
        tasks: sorted.
        languages: of its texts, as BCP 47 tags.
        formats: of its files, as ``format:`` finds them.
        license: SPDX identifier, or the publisher's words.
        size: bytes of its files; None where that is unknown.
        url: where it is published.
        homepage: where that is another page.
        doi: of it.
        version: as its publisher calls it.
        aliases: other ids of it.
        variants: the names of its axes, where it is a family.
        gated: whether there are terms of its own to be accepted.
        description: any number of lines.
        described: whether this is said in the data directory, and no repository has it.
    """

    id: str
    repository: str
    name: str
    type: str
    types: tuple[str, ...]
    tags: tuple[str, ...]
    tasks: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    license: str
    size: int | None
    url: str
    homepage: str
    doi: str
    version: str
    aliases: tuple[str, ...]
    variants: tuple[str, ...]
    gated: bool
    description: str
    described: bool = False

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``, accepted wherever an id is."""
        return f"{self.id}@{self.repository}"


TEXTS = ("id", "repository", "name", "license", "url", "homepage", "doi", "version", "description")
LISTS = ("types", "tags", "tasks", "languages", "aliases")
"""What an entry has of a card as it is."""


def entry_of(card: Facts, size: int | None, *, described: bool = False) -> Entry:
    """Return the entry of a card.

    Args:
        card: all of its fields.
        size: what its size is taken for.
        described: whether no repository has it.

    Raises:
        LookupError, TypeError: it is none.
    """
    types = card["types"]
    facts: dict[str, Any] = {name: card[name] for name in TEXTS}
    facts |= {name: tuple(card[name]) for name in LISTS}
    return Entry(
        **facts,
        type=types[0].rpartition(":")[2] if types else "?",
        formats=formats_of(as_card(card)),
        size=size,
        variants=tuple(axis["name"] for axis in card["axes"]),
        gated=bool(card["terms"]),
        described=described,
    )
