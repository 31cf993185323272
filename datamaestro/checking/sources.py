"""Whether sources are still there: each URL is asked about once, for all files that name it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from datamaestro.checking.asking import ask_all
from datamaestro.checking.verdicts import GRAVITY, Status, Verdict, judge
from datamaestro.download.checks import CheckStatus
from datamaestro.store.current import using

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.checking.places import Place
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store

AS_AUTHORS_SAY = {
    CheckStatus.OK: Status.OK,
    CheckStatus.FAILED: Status.GONE,
    CheckStatus.SKIPPED: Status.UNCHECKED,
    CheckStatus.ERROR: Status.FAILING,
}
"""What the statuses mean that authors' own checks return."""


def check_places(
    places: Iterable[Place], store: Store, settings: Settings, plugins: Plugins
) -> Iterator[Verdict]:
    """Find out whether sources are still there; the verdicts come in no order.

    Nothing is written. Whoever stops iterating stops the requests.

    Args:
        places: to be looked at.
        store: the data directory.
        settings: how many requests at a time, how long, and how often again.
        plugins: that make the requests.
    """
    by_url: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_url[place.url].append(place)
    for place in by_url.pop("", []):
        yield _without_url(place, store)
    for answer in ask_all(by_url, plugins, settings):
        for place in by_url[answer.url]:
            yield judge(place, answer, plugins)


def _without_url(place: Place, store: Store) -> Verdict:
    """Return what is known of what has no URL: what its author's own check says."""
    by_hand = place.resource.source and place.resource.source.by_hand
    if by_hand:
        return Verdict(place, Status.UNCHECKED, f"a person has to fetch it: {by_hand.why}")
    try:
        with using(store):
            result = place.declaration.check()
        status = AS_AUTHORS_SAY[CheckStatus(result.status)]
        message = " ".join(str(result.message).split())
        return Verdict(place, status, message, asked=result.url or "")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an author's code may raise anything
        reason = " ".join(f"its own check fails: {type(error).__name__}: {error}".split())
        return Verdict(place, Status.UNCHECKED, reason)


def statuses(verdicts: Iterable[Verdict], *, strict: bool = False) -> list[Status]:
    """Return the status of each file.

    Args:
        verdicts: on all of its places.
        strict: whether a file is as well as the worst of its places; else as the best, if that is
            well, since one is enough to have it.
    """
    files: dict[tuple[str, str], list[Status]] = defaultdict(list)
    for verdict in verdicts:
        files[verdict.place.file].append(verdict.status)
    return [
        Status.OK if Status.OK in found and not strict else max(found, key=GRAVITY.index)
        for found in files.values()
    ]
