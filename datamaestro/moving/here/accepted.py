"""What is accepted: an offer may come from a stranger, and is looked at before it is believed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.engine.expansion.links import Links
from datamaestro.errors import ContentError
from datamaestro.moving.resources import Resources
from datamaestro.store.holdings import Holding
from datamaestro.store.manifest import Manifest, entries_of
from datamaestro.store.soundness import Records, disagreements
from datamaestro_hookspecs.cards import ID
from datamaestro_hookspecs.offers import DAMAGED
from datamaestro_hookspecs.places import NOWHERE, WHOLE, folders_above

if TYPE_CHECKING:
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.files import FileFacts
    from datamaestro_hookspecs.offers import Offer


@frozen
class Accepted:
    """An offer that agrees with itself, and leads nowhere else.

    Args:
        offer: as it came.
        holding: where it goes.
        resources: of its record.
        files: of each resource, by name.
    """

    offer: Offer
    holding: Holding
    resources: Resources
    files: dict[str, list[FileFacts]]

    @classmethod
    def of(cls, offer: Offer, store: Store) -> Accepted:
        """Look at an offer.

        Raises:
            ContentError: it is damaged, or leads outside.
        """
        try:
            offer.check()
            if not re.fullmatch(rf"{ID}@[\w-]+", offer.dataset):
                raise ValueError(f"{offer.dataset!r} is no full name of a data set")
            resources = Resources(entries_of(offer.record))
            _check_names(offer, resources)
            _check_places(resources)
            files = {one.path: one for one in offer.files}
            if wrong := disagreements(Records(Manifest(resources.entries), files)):
                raise ValueError("; ".join(f"{name}: {why}" for name, why in wrong.items()))
        except DAMAGED as error:
            raise ContentError(f"what is offered cannot be used: {error}") from error
        _check_links(offer)
        holding = Holding(store, offer.id, offer.repository)
        return cls(offer, holding, resources, resources.files(offer.files))


def _check_names(offer: Offer, resources: Resources) -> None:
    """Refuse what no file or link can be called, before anything is made of it."""
    texts = [one for facts in offer.files for one in (facts.path, facts.link)]
    texts += [entry.path for entry in resources.entries.values()]
    for text in texts:
        if "\0" in text or not (text.isascii() or _is_name(text)):
            raise ValueError(f"{text!a} is no name of a file")


def _is_name(text: str) -> bool:
    try:
        return bool(os.fsencode(text))
    except UnicodeEncodeError:  # which is a line too long
        return False


def _check_places(resources: Resources) -> None:
    """Refuse two resources of which one is where the other is, or inside of it."""
    entries = [(name, one) for name, one in resources.entries.items() if one.path != NOWHERE]
    places = {one.path for _, one in entries}
    if len(places) < len(entries) or (WHOLE in places and len(entries) > 1):
        raise ValueError("two resources have the same place")
    for name, one in entries:
        if one.path != WHOLE and (around := resources.around(one.path)) is not None:
            raise ValueError(f"{name} is inside of {around}")


def _check_links(offer: Offer) -> None:
    """Refuse links that lead, or may lead, out of the data set's folder.

    Raises:
        ContentError: one does.
    """
    links, folders = Links(), {""}
    for facts in offer.files:
        if facts.link:
            links.add(facts.path, facts.link)
        folders.update(folders_above(facts.path))
    links.check(folders, "")
