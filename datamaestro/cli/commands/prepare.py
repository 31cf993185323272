"""``datamaestro prepare``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option
from datamaestro.cli.questions import settle
from datamaestro.cli.transfers import files_by_hand, transfer_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("dataset", metavar="ID", shell_complete=complete_name)
@click.option(
    "--no-downloads",
    is_flag=True,
    help="Download nothing; print the JSON even where files are missing.",
)
@click.option(
    "--encoder",
    default="normal",
    metavar="NAME",
    help="How it is printed: normal, or xpm as experimaestro has it.",
)
@transfer_options
@json_option
@click.pass_obj
def command(
    options: Options,
    dataset: str,
    no_downloads: bool,
    encoder: str,
    jobs: int | None,
    rate: str | None,
    paths: list[tuple[str, Path]],
    as_json: bool,
) -> None:
    """Bring a data set to disk and print where it is, as JSON.

    stdout has exactly one JSON document: each datum with its id, its path and its parts. What an
    interrupted run has fetched is not fetched again.
    """
    context = options.context_for(jobs=jobs, rate=rate)
    form = context.plugins.encoder(encoder)
    definition = context.dataset(dataset)
    if not no_downloads:
        settle(context, [definition])
    files = {} if no_downloads else files_by_hand(context, [definition], paths)[0]
    data = context.prepare(definition, download=not no_downloads, by_hand=files)
    options.tell(form.encode(data))
