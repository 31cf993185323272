"""All that is known of a data set: its card, what of it is on disk, and terms that are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.index.facts import as_card, identity_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.cli.known import Known
    from datamaestro.index.facts import Facts
    from datamaestro.store.layout import Store


def described(one: Known, store: Store) -> dict[str, Any]:
    """Return what is known of a data set, as JSON can say it; sizes are in bytes.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    from datamaestro.engine.current import missing
    from datamaestro.engine.directories import choose_directory

    card = as_card(one.facts)
    parts = {name: as_card(facts) for name, facts in one.parts.items()}
    choose_directory(card, store, lambda each: _known_parts(each, parts))
    folder = store.data(card)
    not_there = missing(card, store) | {
        resource.name
        for resource in card.resources
        if resource.reference and not _is_prepared(resource.reference, parts, store)
    }
    resources = [
        _resource(resource, folder, is_there=resource["name"] not in not_there)
        for resource in one.facts["resources"]
    ]
    return {
        **one.facts,
        "identity": one.identity,
        "module": one.module,
        "folder": str(folder),
        "resources": resources,
        "terms": terms_of(one),
    }


def _resource(facts: Facts, folder: Path, *, is_there: bool) -> dict[str, Any]:
    """Return what is known of a resource."""
    place = folder / facts["path"]
    is_file = is_there and not (facts["reference"] or facts["folder"]) and place.is_file()
    size = place.stat().st_size if is_file else None
    return {**facts, "on_disk": is_there, "size_on_disk": size}


def _is_prepared(name: str, cards: Mapping[str, Any], store: Store) -> bool:
    """Return whether all files of a data set, and of those that it is made of, are on disk."""
    from datamaestro.engine.current import plan_for

    left = [name]
    seen: set[str] = set()
    while left:
        each = left.pop()
        if each in seen:
            continue
        seen.add(each)
        if each not in cards or not plan_for(cards[each], store).done:
            return False
        left += [one.reference for one in cards[each].resources if _lasts(one)]
    return True


def _known_parts(card: Any, parts: Mapping[str, Any]) -> list[Any]:
    """Return the cards of the data sets that one is made of, as far as they are known."""
    return [parts[one.reference] for one in card.resources if one.reference in parts]


def _lasts(resource: Any) -> bool:
    """Return whether a resource is another data set that has to stay on disk."""
    return bool(resource.reference) and not resource.transient


def terms_of(one: Known) -> list[dict[str, Any]]:
    """Return the terms of a data set, and of those that it is made of, and who has them."""
    from datamaestro.settings.agreements import is_accepted

    found: dict[str, dict[str, Any]] = {}
    for identity, facts in {identity_of(one.facts): one.facts, **one.parts}.items():
        for terms in facts["terms"]:
            known = {**terms, "dataset": identity, "accepted": is_accepted(terms["id"])}
            found.setdefault(terms["id"], known)
    return list(found.values())
