"""``datamaestro push``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_held
from datamaestro.cli.moves import Report, all_option, asked_for, moving_options

if TYPE_CHECKING:
    from datamaestro.cli.options import Options


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, shell_complete=complete_held)
@click.argument("target", metavar="TARGET", required=False)
@all_option
@moving_options
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    target: str | None,
    everything: bool,
    dry_run: bool,
    partial: bool,
    filters: tuple[str, ...],
    jobs: int | None,
    rate: str | None,
    pythonpath: str | None,
    as_json: bool,
) -> None:
    """Copy data sets to another data directory, here or on another computer.

    The data sets that they are made of go along. TARGET is a directory, such as a mounted disk, or
    on another computer ssh://[user@]host[:port]/dir or [user@]host:[dir]. Only files travel that it
    lacks, or has different. What was interrupted is gone on with; all is checked on arrival. stdout
    has a line per data set.
    """
    from datamaestro.moving.ways import push

    references, target = asked_for(datasets, everything, target, "TARGET")
    context = options.context_for(jobs=jobs, rate=rate)
    report = Report(options, as_json, "would travel" if dry_run else "travelled")
    moved = push(
        context,
        references,
        target,
        dry_run=dry_run,
        partial=partial,
        filters=filters,
        pythonpath=pythonpath,
        tell=report.tell,
    )
    report.end(moved)
