"""Offers of a source, which may be a stranger's: nothing else is taken than was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.errors import ContentError, UsageError
from datamaestro.variants.selector import parse_name
from datamaestro_hookspecs.sides import Filtering, Mending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.variants.selector import Name
    from datamaestro_hookspecs.offers import Offer
    from datamaestro_hookspecs.sides import Source

FEW = 20
"""So many data sets are named in a hint; of more, the next one names others."""


def to_mend(source: Source, dataset: str) -> str:
    """Return what is to be done where something of a data set is wrong at its source."""
    if isinstance(source, Mending):
        return source.to_mend(dataset)
    return f"mend it in {source.name}"


def chosen_by(
    filters: Sequence[str], source: Source, references: Sequence[str]
) -> Sequence[str] | None:
    """Return which data sets are meant.

    Args:
        filters: expressions, all of which have to find a data set there.
        source: that has them.
        references: ``id`` or ``id@repository``; none: all.

    Returns:
        references, none for all; None where nothing is found.

    Raises:
        UsageError: a filter cannot be understood, by the source or at all.
        ContentError: something else is found than was asked for.
    """
    if not filters:
        return references
    from datamaestro.house.filtering import parse_filter  # which most moves do without

    parse_filter(filters)
    if not isinstance(source, Filtering):
        raise UsageError(f"{source.name} cannot be asked what a filter finds", hint="use ids")
    found = source.filtered(references, filters)
    names = [parse_name(reference) for reference in references]
    for dataset in found:
        qualified, _, repository = dataset.rpartition("@")
        if names and not _is_named(names, qualified, repository):
            raise _unasked(source.name, dataset)
    return found or None


def nothing_found(source: Source) -> str:
    """Return what users are told where :func:`chosen_by` finds nothing."""
    return f"the filter finds nothing in {source.name}"


def nothing_there(source: Source) -> str:
    """Return what users are told where a source has no data set at all."""
    return f"nothing is on record in {source.name}"


def leaving_out(datasets: Sequence[str]) -> str:
    """Return the option by which some data sets are left out, and others move.

    Args:
        datasets: full names of them.
    """
    ids = dict.fromkeys(dataset.rpartition("@")[0] for dataset in datasets[:FEW])
    expression = " ".join(f'-id:"{each}"' for each in ids)
    return f"--filter '{expression}'"


def check_whole(offers: Sequence[Offer], source: Source) -> None:
    """Make sure that all is there which a source has on record of what it offers.

    Args:
        offers: of a source.
        source: that has made them.

    Raises:
        ContentError: files of one are gone.
    """
    lost = [offer for offer in offers if offer.lost]
    if not lost:
        return
    first, without = lost[0], {offer.dataset for offer in lost}
    for offer in offers:  # of which each comes after those that it is made of
        if without.intersection(offer.needs):
            without.add(offer.dataset)
    hint = f"{to_mend(source, first.dataset)}; or with --partial the rest is moved"
    if len(without) < len(offers):
        hint += f"; only the others with {leaving_out(sorted(without))}"
    raise ContentError(
        f"{first.dataset}: what is on record of {', '.join(first.lost)} is not in {source.name}",
        hint=hint,
    )


def check_offers(offers: Sequence[Offer], references: Sequence[str], source: str) -> None:
    """Make sure that what is offered was asked for, or that what was asked for is made of it.

    Args:
        offers: of a source.
        references: ``id`` or ``id@repository``; none: all.
        source: what users call it.

    Raises:
        ContentError: something else is offered, which might take the place of what is here.
        UsageError: a reference names no data set.
    """
    known = {offer.dataset: offer for offer in offers}
    if len(known) < len(offers):
        raise ContentError(f"{source} offers a data set twice")
    if not references:
        return
    names = [parse_name(reference) for reference in references]
    left = [offer for offer in offers if _is_named(names, offer.id, offer.repository)]
    asked = set()
    while left:
        offer = left.pop()
        if offer.dataset not in asked:
            asked.add(offer.dataset)
            left += [known[each] for each in offer.needs if each in known]
    for dataset in known.keys() - asked:
        raise _unasked(source, dataset)


def _is_named(names: Sequence[Name], qualified: str, repository: str) -> bool:
    """Return whether references name a data set, or something in it."""
    return any(
        name.repository in ("", repository) and f"{name.id}.".startswith(f"{qualified}.")
        for name in names
    )


def _unasked(source: str, dataset: str) -> ContentError:
    return ContentError(f"{source} offers {dataset}, which was not asked for")
