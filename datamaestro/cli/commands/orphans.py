"""``datamaestro orphans``."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, age_of, json_option, yes_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from datamaestro.house.orphans.orphan import Orphan, Orphans
    from datamaestro.house.trash.discarding import Discarded
    from datamaestro.house.weighing import Weight
    from datamaestro.store.layout import Store

AT_ONCE = 1000
"""Lines that are written at once."""

FEW = 5
"""Tokens that one line has room for."""

HEAD = ("PATH", "SIZE", "FILES", "WHY")


@click.command()
@click.argument("names", metavar="[ID|PATH]...", nargs=-1)
@click.option("--older", metavar="AGE", help="Only what has not been changed for so long: 12h, 7d.")
@click.option("--size", "with_size", is_flag=True, help="Say how much room each takes on disk.")
@click.option("--delete", is_flag=True, help="Move them to the trash.")
@yes_option
@json_option
@click.pass_obj
def command(
    options: Options,
    names: tuple[str, ...],
    *,
    older: str | None,
    with_size: bool,
    delete: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """List what is in the data directory and belongs to no data set.

    All of it, or what is of data sets that ids name, or is at paths or below them.

    That is what lies where no data set has its place; what is left of data sets that their
    repository no longer has, and of resources that their definition no longer has; and what runs
    left behind that have ended. What belongs to a repository that is broken or not installed is
    unknown: it is listed apart, and never deleted. Only the folders data, state and partial are
    looked at, and no link is followed.

    A terminal gets a table; else each line has the path and the reason, with --size after the
    bytes.
    """
    import shlex

    from datamaestro.cli.listing import listed
    from datamaestro.cli.questions import confirm
    from datamaestro.cli.wording import counted
    from datamaestro.garbage import no_collections
    from datamaestro.house.absent import warn_absent
    from datamaestro.house.declared import declared
    from datamaestro.house.orphans.clearing import clear, identified
    from datamaestro.house.orphans.finding import find_orphans
    from datamaestro.house.trash.discarding import failure_of
    from datamaestro.store.holdings import holdings
    from datamaestro.store.layout import Store

    if yes and not delete:
        raise click.UsageError("--yes is of use only with --delete")
    age = age_of(older)
    store = Store(options.settings.directory)
    warn_absent(store)
    stocks, cards = listed(options, lambda one: (one.stocks(), declared(one, holdings(store))))

    def find() -> Orphans:
        return find_orphans(store, stocks, cards)

    with no_collections():
        found = _chosen(store, find(), names, age)
    weights = _weigh(store, found) if with_size else {}
    if not as_json:
        _show(options, store, found, weights)
    done: list[Discarded] = []
    if delete and found.orphans:
        seen = identified(store, found.orphans)
        if as_json and not yes:
            _note(options, store, found)
        question = f"Move {counted(len(found.orphans), 'orphan')} to the trash?"
        words = [*names, *(["--older", older] if older else [])]
        confirm(
            question, yes=yes, command=shlex.join(["datamaestro", "orphans", "--delete", *words])
        )
        done = clear(store, seen, find().orphans, stocks)
    if as_json:
        _tell_json(options, store, found, weights, done if delete else None)
    if delete:
        moved = sum(len(one.moved) for one in done)
        options.note(f"{counted(moved, 'orphan')} moved to the trash{_way_back(done)}")
    problem = failure_of(store, done)
    if problem is not None:
        raise problem


def _chosen(store: Store, found: Orphans, names: Sequence[str], age: timedelta | None) -> Orphans:
    """Return those orphans that are named, and have not been changed for some time; else all.

    Raises:
        UsageError: there is none of a name.
    """
    import time

    from datamaestro.errors import UsageError
    from datamaestro.house.orphans.choosing import changed, is_named

    orphans = found.orphans
    for name in names:
        if not any(is_named(one, name, store.root) for one in orphans):
            raise UsageError(f"no orphan is {name}, or of it", hint="see: datamaestro orphans")
    if names:
        orphans = [one for one in orphans if any(is_named(one, each, store.root) for each in names)]
    if age is not None:
        latest = time.time() - age.total_seconds()
        orphans = [one for one in orphans if changed(store.root / one.path) <= latest]
    return found._replace(orphans=orphans, unknown=[] if names else found.unknown)


def _way_back(done: list[Discarded]) -> str:
    """Return how what was moved comes back, and nothing else that is in the trash."""
    tokens = [one.token for one in done if one.token]
    if len(tokens) > FEW:
        since = f"see what is there since {tokens[0]}: datamaestro trash list"
        return f"; to bring them back, or to free their room by trash empty, {since}"
    those = " ".join(tokens)
    free = f"to free their room: datamaestro trash empty {those}"
    return f"; to bring them back: datamaestro trash restore {those}; {free}" if tokens else ""


def _note(options: Options, store: Store, found: Orphans) -> None:
    """Show on stderr what the question is about, where stdout has it only in the end."""
    from datamaestro.cli.table import exact, harmless

    for one in found.orphans:
        options.note(f"{exact(f'{store.root}/{one.path}')}: {harmless(one.reason)}")


def _weigh(store: Store, found: Orphans) -> dict[str, Weight]:
    """Return the room that each thing takes, by its path."""
    from datamaestro.house.weighing import Scales

    scales = Scales()
    paths = [*(one.path for one in found.orphans), *(one.path for one in found.unknown)]
    return {path: scales.weigh(f"{store.root}/{path}") for path in paths}


def _show(options: Options, store: Store, found: Orphans, weights: Mapping[str, Weight]) -> None:
    from datamaestro.cli.table import exact, harmless, table, terminal_width
    from datamaestro.cli.wording import counted
    from datamaestro.sizes import shown_size

    width = terminal_width()
    if width is not None and found.orphans:
        columns = HEAD if weights else (HEAD[0], HEAD[-1])
        rows = [
            (one.path, *_weight_cells(weights.get(one.path)), one.reason) for one in found.orphans
        ]
        for line in table(columns, rows, width, HEAD[:1]):
            options.tell(line)
    elif width is None:
        for start in range(0, len(found.orphans), AT_ONCE):
            lines = _lines(store, found.orphans[start : start + AT_ONCE], weights)
            options.tell("\n".join(lines))
    for unknown in found.unknown:
        path = exact(f"{store.root}/{unknown.path}")
        options.note(f"unknown: {path}: {harmless(unknown.reason)}")
    if not found.orphans:
        options.note("there are no orphans")
    elif weights:
        total = shown_size(sum(weights[one.path].size for one in found.orphans))
        options.note(f"{counted(len(found.orphans), 'orphan')}, {total}")


def _lines(store: Store, orphans: list[Orphan], weights: Mapping[str, Weight]) -> list[str]:
    """Return lines for programs."""
    from datamaestro.cli.table import exact, harmless

    root = exact(f"{store.root}/")
    reasons = {reason: harmless(reason) for reason in {one[1] for one in orphans}}
    paths = [one[0] for one in orphans]
    shown, together = paths, "/".join(paths)
    if exact(together) != together:
        shown = list(map(exact, paths))
    sizes = [f"{weights[path].size}\t" for path in paths] if weights else repeat("", len(paths))
    return [
        f"{size}{root}{path}\t{reasons[one[1]]}"
        for size, path, one in zip(sizes, shown, orphans, strict=True)
    ]


def _weight_cells(weight: Weight | None) -> tuple[str, ...]:
    from datamaestro.sizes import shown_size

    return () if weight is None else (shown_size(weight.size), f"{weight.files:,}")


def _tell_json(
    options: Options,
    store: Store,
    found: Orphans,
    weights: Mapping[str, Weight],
    done: list[Discarded] | None,
) -> None:
    """Print all as JSON; what is not asked for is left out."""
    import json

    def facts(one: Any) -> dict[str, Any]:
        weight = weights.get(one.path)
        return {**one._asdict(), **(weight._asdict() if weight else {})}

    document: dict[str, Any] = {
        "directory": str(store.root),
        "orphans": [facts(one) for one in found.orphans],
        "unknown": [facts(one) for one in found.unknown],
    }
    if done is not None:
        document["trash"] = [one._asdict() for one in done]
    options.tell(json.dumps(document, indent=2))
