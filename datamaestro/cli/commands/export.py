"""``datamaestro export``."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.moves import Report, all_option, asked_for, partial_option
from datamaestro.cli.options import filter_option, json_option
from datamaestro.cli.transfers import rate_option

if TYPE_CHECKING:
    from datamaestro.cli.options import Options


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, shell_complete=complete_name)
@all_option
@click.option(
    "--output",
    "-o",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="The bundle: FILE.tar, FILE.tar.zst, or - for stdout; what is there is replaced.",
)
@partial_option
@filter_option
@rate_option
@json_option
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    everything: bool,
    output: str,
    partial: bool,
    filters: tuple[str, ...],
    rate: str | None,
    as_json: bool,
) -> None:
    """Write data sets into one bundle, for a computer without a network.

    The data sets that they are made of go along. The same data give the same bytes. stdout has a
    line per data set, or the bundle itself; it is read by datamaestro import.
    """
    from datamaestro.moving.ways import export_bundle

    references, _ = asked_for(datasets, everything)
    context = options.context_for(rate=rate)
    if output != "-":
        report = Report(options, as_json, "written")
        moved = export_bundle(
            context, references, output, partial=partial, filters=filters, tell=report.tell
        )
        report.end(moved)
        return
    stdout = options.result.descriptor
    if os.isatty(stdout):
        raise click.UsageError("a bundle is not written to a terminal: name a FILE, or use a pipe")
    file = os.fdopen(os.dup(stdout), "wb")
    try:
        export_bundle(context, references, file, partial=partial, filters=filters)
    except BaseException:
        with suppress(OSError):  # what could not be written cannot be now
            file.close()
        raise
    file.close()
