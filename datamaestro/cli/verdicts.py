"""Whether sources are still there, as it is shown: to a person, and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.checking.verdicts import GRAVITY
from datamaestro.cli.table import harmless, table, terminal_width
from datamaestro_hookspecs.errors import shown, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.checking.verdicts import Verdict


def as_facts(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON can say it."""
    place = verdict.place
    return {
        "dataset": place.dataset,
        "resource": place.resource.name,
        "url": without_secrets(verdict.url),
        "status": verdict.status.value,
        "message": verdict.message,
        "notes": list(verdict.notes),
        "size": verdict.size,
        "validator": verdict.validator,
    }


def as_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Iterate over what a person is shown: a table on a terminal, the gravest last."""
    ranked = sorted(verdicts, key=lambda verdict: GRAVITY.index(verdict.status))
    width = terminal_width()
    if width is None:
        yield from (
            harmless(": ".join(filter(None, (*_what(one), _why(one), shown(one.url)))))
            for one in ranked
        )
    elif ranked:
        rows = ((*_what(one), _why(one) or shown(one.url)) for one in ranked)
        yield from table(("DATA SET", "FILE", "STATUS", "WHY, OR WHERE"), rows, width)


def _what(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.place.dataset, verdict.place.resource.name, verdict.status.value


def _why(verdict: Verdict) -> str:
    return "; ".join(filter(None, (verdict.message, *verdict.notes)))
