"""What is said of a data set that is moved, so that it can be used where nothing else is known."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve

from datamaestro.descriptions.describing import describe_held
from datamaestro.errors import DatamaestroError
from datamaestro.index.documents import card_from_json
from datamaestro.messages import escaped, warn
from datamaestro.store.descriptions import description_from, read_description, write_description
from datamaestro.store.holdings import name_on_record
from datamaestro_hookspecs.offers import DAMAGED

if TYPE_CHECKING:
    from datamaestro.context import Context
    from datamaestro.store.holdings import Holding
    from datamaestro_hookspecs.offers import Offer


class Told(NamedTuple):
    """What is said of a data set.

    Args:
        text: of its description; empty where nothing is said.
        resources: names of those that last, and have files.
        needs: full identities of the data sets that it is made of, or of their families.
    """

    text: str = ""
    resources: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def told_of(context: Context, holding: Holding) -> Told:
    """Return what is said of a holding, by its definition or as it is written beside it."""
    found = describe_held(context, holding)
    if found is None:
        return Told()
    try:
        card = card_from_json(json.dumps(found.card))
        text = found._replace(origin=socket.gethostname()).as_text()
        lasting = [one.name for one in card.resources if not (one.transient or one.reference)]
        references = (one.reference for one in card.resources if one.reference)
        needs = dict.fromkeys(map(name_on_record, references))
    except (DatamaestroError, *DAMAGED):  # it may be a stranger's
        return Told()
    return Told(text, () if card.axes else tuple(lasting), tuple(needs))


def from_origin(offer: Offer, origin: str) -> Offer:
    """Return an offer whose description says where the data set comes from."""
    if not offer.description:
        return offer
    try:
        found = description_from(offer.description.encode(), offer)
    except ValueError:  # the receiver says so
        return offer
    return evolve(offer, description=found._replace(origin=origin).as_text())


def keep_told(holding: Holding, offer: Offer) -> None:
    """Write down what is said of a data set that has arrived.

    Raises:
        StorageError: it cannot be written.
    """
    if not offer.description:
        return
    try:
        found = description_from(offer.description.encode(), holding)
        if found != read_description(holding.store, holding):
            write_description(holding.store, found)
    except ValueError as error:
        what = f"what is said of {offer.dataset} cannot be understood ({error})"
        warn(f"{escaped(what)}; it is left out")
