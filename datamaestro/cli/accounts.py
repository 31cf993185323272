"""What is on disk, as a person reads it, as lines, and as JSON."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from datamaestro.ages import shown_age
from datamaestro.cli.table import exact, harmless, table
from datamaestro.cli.wording import counted
from datamaestro.sizes import shown_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datamaestro.house.accounts import Account
    from datamaestro.house.extras import Extra

HEAD = ("ID", "SIZE", "FILES", "USED", "STATE", "REPOSITORY", "FROM")
WITH_SHARED = (*HEAD, "IN")
EXTRAS = ("PATH", "SIZE", "FILES", "KIND", "WHAT")

NAMES = {"ID", "REPOSITORY", "IN", "PATH"}
"""What is the name of a file, or made from one."""


def tables(
    found: Sequence[Account], extras: Sequence[Extra], width: int, directory: str
) -> Iterator[str]:
    """Iterate over the lines for a terminal, on which paths are those below the data directory."""
    if found:
        several = len({one.directory for one in found}) > 1
        rows = [(*_row(one), *([one.directory] if several else [])) for one in found]
        yield from table(WITH_SHARED if several else HEAD, rows, width, NAMES)
    if extras:
        if found:
            yield ""
        yield from table(EXTRAS, (_extra_row(one, directory) for one in extras), width, NAMES)


def _row(one: Account) -> tuple[str, ...]:
    age = "" if one.used is None else f"{shown_age(timedelta(seconds=time.time() - one.used))} ago"
    state = f"{one.state}: {len(one.missing)} missing" if one.missing else one.state
    return (
        *(one.id, shown_size(one.size), f"{one.files:,}", age, state),
        *(one.repository, ", ".join(one.sources)),
    )


def _extra_row(one: Extra, directory: str) -> tuple[str, ...]:
    path = one.path.removeprefix(f"{directory}/")
    return (path, shown_size(one.size), f"{one.files:,}", one.kind, one.about)


def lines(found: Sequence[Account], extras: Sequence[Extra]) -> Iterator[str]:
    """Iterate over the lines for a program: facts with tabs between them."""
    for one in found:
        yield _line(
            *(exact(one.identity), one.size, one.files, when(one.used) or "", one.state),
            *(harmless(",".join(one.sources)), exact(one.folder)),
        )
    for extra in extras:
        about = harmless(extra.about)
        yield _line(extra.kind, extra.size, extra.files, exact(extra.path), about)


def _line(*facts: object) -> str:
    return "\t".join(map(str, facts))


def totals(found: Sequence[Account], extras: Sequence[Extra], directory: str) -> dict[str, int]:
    """Return how much there is in all, by what it is; sizes are in bytes.

    Args:
        found: data sets.
        extras: what else takes room.
        directory: the user's own; what is in shared ones is counted by itself.
    """
    own = [one for one in found if one.directory == directory]
    sizes = {"shared": sum(one.size for one in found) - sum(one.size for one in own)}
    for one in extras:
        sizes[one.kind] = sizes.get(one.kind, 0) + one.size
    return {
        "datasets": len(own),
        "files": sum(one.files for one in own),
        "size": sum(one.size for one in own),
        **{kind: size for kind, size in sizes.items() if size},
    }


def summary(all_: Mapping[str, int], free: int | None) -> str:
    """Return how much there is in all, in a line."""
    counts = (counted(all_["datasets"], "data set"), counted(all_["files"], "file"))
    kinds = (f"{kind}: {shown_size(size)}" for kind, size in all_.items() if kind not in COUNTED)
    room = [] if free is None else [f"{shown_size(free)} free"]
    return "; ".join([", ".join([*counts, shown_size(all_["size"])]), *kinds, *room])


COUNTED = ("datasets", "files", "size")


def as_facts(one: Account) -> dict[str, Any]:
    """Return what is on disk of a data set as JSON can say it; times are UTC as ISO 8601 has it."""
    return {**one._asdict(), "dataset": one.identity, "used": when(one.used)}


def when(moment: float | None) -> str | None:
    """Return a moment as ISO 8601 has it, in UTC; None where it is not known, or none."""
    try:
        return (
            None
            if moment is None
            else datetime.fromtimestamp(moment, UTC).isoformat("T", "seconds")
        )
    except (ValueError, OverflowError, OSError):
        return None
