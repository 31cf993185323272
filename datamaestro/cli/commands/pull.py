"""``datamaestro pull``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.moves import Report, all_option, asked_for, moving_options

if TYPE_CHECKING:
    from datamaestro.cli.options import Options


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, shell_complete=complete_name)
@click.argument("source", metavar="SOURCE", required=False)
@all_option
@moving_options
@click.option(
    "--follow-links", is_flag=True, help="Also copy what links lead to outside of the directory."
)
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    source: str | None,
    everything: bool,
    dry_run: bool,
    partial: bool,
    filters: tuple[str, ...],
    jobs: int | None,
    rate: str | None,
    pythonpath: str | None,
    as_json: bool,
    follow_links: bool,
) -> None:
    """Copy data sets from another data directory, here or on another computer.

    The data sets that they are made of come along. SOURCE is a directory, such as a mounted disk,
    or on another computer ssh://[user@]host[:port]/dir or [user@]host:[dir]. Only files travel that
    are not here, or are different here. What was interrupted is gone on with; all is checked on
    arrival. stdout has a line per data set.
    """
    from datamaestro.moving.ways import pull

    references, source = asked_for(datasets, everything, source, "SOURCE")
    context = options.context_for(jobs=jobs, rate=rate)
    report = Report(options, as_json, "would travel" if dry_run else "travelled")
    moved = pull(
        context,
        references,
        source,
        dry_run=dry_run,
        partial=partial,
        filters=filters,
        pythonpath=pythonpath,
        follow_links=follow_links,
        tell=report.tell,
    )
    report.end(moved)
