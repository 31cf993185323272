"""``datamaestro import``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from datamaestro.cli.moves import Report
from datamaestro.cli.options import json_option

if TYPE_CHECKING:
    from datamaestro.cli.options import Options

STDIN = 0


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Only say what is in it that would be taken.")
@json_option
@click.pass_obj
def command(options: Options, file: str, dry_run: bool, as_json: bool) -> None:
    """Take the data sets of a bundle that datamaestro export has written.

    FILE is the bundle, or - for stdin. All is checked, without a network, before any of it is seen.
    stdout has a line per data set.
    """
    from datamaestro.moving.ways import import_bundle

    report = Report(options, as_json, "would be taken" if dry_run else "taken")
    if file != "-":
        report.end(import_bundle(options.context, file, dry_run=dry_run, tell=report.tell))
        return
    with os.fdopen(os.dup(STDIN), "rb") as stream:
        report.end(import_bundle(options.context, stream, dry_run=dry_run, tell=report.tell))
