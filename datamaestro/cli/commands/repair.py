"""``datamaestro repair``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_held
from datamaestro.cli.options import Options, json_option
from datamaestro.cli.transfers import transfer_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datamaestro.errors import DatamaestroError
    from datamaestro.house.repairing.repairs import Repair
    from datamaestro.house.verifying.states import Verified


@click.command()
@click.argument("datasets", metavar="[ID]...", nargs=-1, shell_complete=complete_held)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--quick", is_flag=True, help="Go by size and time; only read what has another time.")
@transfer_options
@json_option
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    *,
    dry_run: bool,
    quick: bool,
    jobs: int | None,
    rate: str | None,
    paths: list[tuple[str, Path]],
    as_json: bool,
) -> None:
    """Fetch or make again what is wrong with what is on disk, and nothing else.

    Of all data sets, unless some are named; they are verified first. What others are made of comes
    first. What is wrong is set aside below partial/, and what is right stays, also the other files
    of a folder. Damaged records are written anew. Foreign files stay, and so does what is in shared
    data directories. Exit code: that of what could not be repaired; else 8 where something cannot
    be read; else 0.
    """
    import json

    from datamaestro.advice import advised
    from datamaestro.cli.outcome import told
    from datamaestro.errors import DatamaestroError
    from datamaestro.house.repairing.bases import bases_first
    from datamaestro.house.repairing.repairing import repair
    from datamaestro.house.repairing.repairs import to_repair
    from datamaestro.house.ways import verify_here
    from datamaestro.store.layout import Store

    context = options.context_for(jobs=jobs, rate=rate)
    done: list[dict[str, Any]] = []
    errors: list[DatamaestroError] = []
    all_ = verify_here(context, datasets, quick=quick)
    files = _by_hand(all_, paths)
    right: set[str] = set()
    for todo in bases_first(context, map(to_repair, all_)):
        if todo.found.failure is not None:
            errors.append(todo.found.failure)
            continue
        facts = as_facts(todo)
        try:
            repaired = repair(context, todo, by_hand=files, right=right, dry_run=dry_run)
            right.add(todo.holding.identity)
            facts["kept"] = [str(place) for place in repaired.kept]
            facts["other"] = list(repaired.other)
            facts["noted"] = repaired.noted
            facts["unnoted"] = repaired.unnoted
            facts["fetch"] = repaired.fetched
        except DatamaestroError as failure:
            errors.append(failure)
            facts["problem"] = advised(str(failure))
        done.append(facts)
        if not as_json and not facts["problem"]:
            options.tell("\n".join(as_lines(facts, dry_run=dry_run)))
    if as_json:
        options.tell(json.dumps(done, indent=2))
    for error in errors:
        told(error, as_json=as_json)
    if not all_:
        options.note(f"nothing is on record in {context.settings.directory}")
    unseen = [] if datasets else list(Store(context.settings.directory).unseen())
    _end(done, errors, unseen, as_json=as_json)


def _by_hand(found: Sequence[Verified], given: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    """Return the user's own files, by the names of resources.

    Raises:
        UsageError: no data set has a resource of a name.
    """
    from datamaestro.errors import UsageError

    names = {name for one in found for name in one.records.manifest.entries}
    lost = any(one.records.damage for one in found)  # so that not all names are known
    for name, path in given:
        if name not in names and not lost:
            hint = f"on record are {', '.join(sorted(names)) or 'none'}"
            raise UsageError(f"no file {name!r} for {path}", hint=hint)
    return dict(given)


def as_facts(todo: Repair) -> dict[str, Any]:
    """Return what is to be done as JSON can say it."""
    from datamaestro.house.verifying.states import State

    unreadable = [one.path for one in todo.found.files.values() if one.state == State.UNREADABLE]
    return {
        "dataset": todo.holding.identity,
        "made_again": {name: list(paths) for name, paths in todo.wrong.items()},
        "records": "recovered" if todo.lost else "rewritten" if todo.rewritten else "",
        "unreadable": unreadable,
        "kept": [],
        "other": [],
        "noted": 0,
        "unnoted": 0,
        "fetch": 0,
        "problem": "",
    }


def as_lines(facts: dict[str, Any], *, dry_run: bool) -> list[str]:
    """Return the lines for a person."""
    from datamaestro.cli.table import exact, harmless
    from datamaestro.cli.wording import counted
    from datamaestro.sizes import shown_size

    would = "would be " if dry_run else ""
    lines = [
        f"{harmless(name)} {would}made again: {counted(len(paths), 'file')} wrong"
        for name, paths in facts["made_again"].items()
    ]
    if dry_run and facts["fetch"] != 0:
        size = "a size that is not known" if facts["fetch"] is None else shown_size(facts["fetch"])
        lines.append(f"to be fetched: {size}")
    if facts["records"]:
        lines.append(f"its records {would}written anew")
    now = "would be put on record" if dry_run else "is on record now"
    for number, which in (
        (facts["noted"], now),
        (facts["unnoted"], "cannot be put on record here"),
    ):
        if number:
            has = "file is right, and has" if number == 1 else "files are right, and have"
            lines.append(f"{number:,} {has} another time, which {which}")
    lines += [f"{harmless(name)} has another content than before" for name in facts["other"]]
    lines += [f"{exact(path)} cannot be read" for path in facts["unreadable"]]
    lines += [f"kept: {exact(place)}" for place in facts["kept"]]
    dataset = exact(facts["dataset"])
    return [f"{dataset}:", *(f"  {line}" for line in lines)] if lines else [f"{dataset}: right"]


def _end(
    done: list[dict[str, Any]],
    errors: list[DatamaestroError],
    unseen: list[Path],
    *,
    as_json: bool,
) -> None:
    """End with the exit code of what could not be done, wrong content before all else."""
    from datamaestro.cli.outcome import tell
    from datamaestro.engine.schedule import gravest
    from datamaestro.errors import StorageError

    if errors:
        code = getattr(gravest(errors), "exit_code", 1)
        raise click.exceptions.Exit(code)
    if any(one["unreadable"] for one in done):
        tell("some files cannot be read", StorageError.exit_code, "", as_json)
    for place in unseen:
        tell(f"{place} cannot be looked at", StorageError.exit_code, "", as_json)
    if unseen or any(one["unreadable"] for one in done):
        raise click.exceptions.Exit(StorageError.exit_code)
