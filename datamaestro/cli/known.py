"""What is known of data sets: from the index where that has it, else from their definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datamaestro.cli.options import Options
    from datamaestro.context import Context
    from datamaestro.index.facts import Facts
    from datamaestro.index.listing import Listing
    from datamaestro_hookspecs.cards import Card


class Known(NamedTuple):
    """What is known of a data set.

    Args:
        facts: all fields of its card.
        identity: the full name, ``id@repository``; of a variant or a part, where that was named.
        module: that defines it; empty where that is not known.
        parts: the fields of the cards of all data sets that it is made of, by identity.
    """

    facts: Facts
    identity: str
    module: str
    parts: Mapping[str, Facts]


def known(options: Options, references: Sequence[str]) -> list[Known]:
    """Return what is known of some data sets; only what the index does not have is imported.

    Raises:
        DatasetNotFound: there is none of that id.
        UsageError: one is not a reference.
    """
    from datamaestro.cli.listing import quickly

    told: list[str] = []

    def question(listing: Listing) -> list[Known] | None:
        found = [_listed(listing, reference, told) for reference in references]
        there = [one for one in found if one is not None]
        return there if len(there) == len(found) else None

    answer = quickly(options, question, lambda _: told)
    if answer is not None:
        return answer
    return [_resolved(options.context, reference) for reference in references]


def on_disk(options: Options) -> list[Known]:
    """Return what is known of all data sets of which something is on disk.

    Those of which nothing can be known are told on stderr, and left out.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    from datamaestro.cli.listing import listed
    from datamaestro.store.faults import storage_errors
    from datamaestro.store.manifest import read_manifest
    from datamaestro.store.search_path import store_of

    store = store_of(options.settings)
    with storage_errors(store.root):
        names = [
            f"{dataset_id}@{repository}"
            for repository, dataset_id in store.recorded()
            if read_manifest(store.manifest_of(repository, dataset_id)).entries
        ]
    found = listed(options, lambda listing: [_listed(listing, name, []) for name in names])
    return [
        there
        for name, one in zip(names, found, strict=True)
        if (there := one or _resolved_if_there(options, name)) is not None
    ]


def _resolved_if_there(options: Options, name: str) -> Known | None:
    """Return what a definition says; None where it cannot be had, which is told on stderr."""
    from datamaestro.errors import DatamaestroError, DatasetNotFound
    from datamaestro.messages import warn

    try:
        return _resolved(options.context, name)
    except DatasetNotFound:
        warn(f"{name} is on disk, but no repository that is installed has it")
    except DatamaestroError as error:
        warn(f"{name} is left out: {error}")
    return None


def _listed(listing: Listing, reference: str, told: list[str]) -> Known | None:
    """Return what the index knows; None where it lacks anything.

    What is to be told on stderr is added to ``told``.
    """
    from datamaestro.index.facts import identity_of
    from datamaestro.index.listing import one_of_several

    found = listing.named(reference)
    if not found:
        return None
    if len(found) > 1:
        told.append(one_of_several(reference, [one.facts["repository"] for one in found]))
    first, parts = found[0], {}
    left = list(_references(first.facts))
    while left:
        name = left.pop()
        if name not in parts:
            part = listing.named(name)
            if not part:
                return None
            parts[name] = part[0].facts
            left += _references(parts[name])
    return Known(first.facts, identity_of(first.facts), first.module, parts)


def _references(facts: Facts) -> Iterator[str]:
    return (one["reference"] for one in facts["resources"] if one["reference"])


def _resolved(context: Context, reference: str) -> Known:
    """Return what a definition says, which is imported."""
    from datamaestro.definitions.part import Part, whole_of
    from datamaestro.definitions.types import types_of

    definition = context.dataset(reference)
    whole: Any = whole_of(definition)
    *parts, _ = context.needed(whole)
    facts = _facts(whole.card)
    named = getattr(whole, "data_id", whole.card.id)
    if isinstance(definition, Part):
        named = definition.id
        facts["types"] = list(types_of(type(context.prepare(definition, download=False))))
    return Known(
        facts,
        f"{named}@{whole.card.repository}",
        getattr(getattr(whole, "target", None), "__module__", ""),
        {part.card.identity: _facts(part.card) for part in parts},
    )


def _facts(card: Card) -> Facts:
    """Return the fields of a card as the index has them."""
    import json

    from datamaestro.index.documents import card_to_json
    from datamaestro.index.facts import completed

    return completed(json.loads(card_to_json(card)))
