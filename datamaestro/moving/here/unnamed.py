"""What is pulled along with what was named: it stays as it is here, whatever the source says.

A source alone says what a data set is made of, and could name any. So only what the user has named
takes the place of what is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from datamaestro.messages import warn
from datamaestro.moving.here.lacking import to_make
from datamaestro.moving.here.present import Present
from datamaestro.store.descriptions import read_description
from datamaestro.variants.selector import parse_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from datamaestro.moving.here.local import LocalSide
    from datamaestro_hookspecs.offers import Offer


def besides_others_here(
    offers: Sequence[Offer], references: Sequence[str], here: LocalSide, source: str
) -> Iterator[Offer]:
    """Iterate over offers without those that nobody has named and of which there is another here.

    Args:
        offers: of a source.
        references: ``id`` or ``id@repository``, which name them themselves; none: all.
        here: where they are to go.
        source: what users call it.

    Raises:
        ContentError: an offer cannot be used.
        StorageError: what is here cannot be read.
    """
    names = [parse_name(reference) for reference in references]
    for offer in offers:
        if not names or any(
            name.id == offer.id and name.repository in ("", offer.repository) for name in names
        ):
            yield offer
            continue
        accepted = here.accept(offer)
        holding = accepted.holding
        said = read_description(holding.store, holding) is not None
        if (said or holding.manifest().entries) and to_make(accepted, Present(holding)):
            warn(
                f"{offer.dataset} stays as it is here, and {source} has another one; "
                "to have that, name it, too"
            )
            continue
        yield evolve(offer, description="") if said else offer
