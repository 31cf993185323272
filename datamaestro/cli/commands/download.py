"""``datamaestro download``."""

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
@click.argument("datasets", metavar="ID...", nargs=-1, required=True, shell_complete=complete_name)
@transfer_options
@json_option
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    jobs: int | None,
    rate: str | None,
    paths: list[tuple[str, Path]],
    as_json: bool,
) -> None:
    """Bring data sets to disk.

    All are looked up before the first is downloaded. stdout has the full name of each that is
    on disk, one per line.
    """
    import json

    context = options.context_for(jobs=jobs, rate=rate)
    definitions = [context.dataset(dataset) for dataset in datasets]
    settle(context, definitions)
    done = []
    by_hand = files_by_hand(context, definitions, paths)
    for definition, files in zip(definitions, by_hand, strict=True):
        context.prepare(definition, by_hand=files)
        done.append(definition.card.identity)
        if not as_json:
            options.tell(definition.card.identity)
    if as_json:
        options.tell(json.dumps(done))
