"""``datamaestro prepare``."""

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("dataset", metavar="ID")
@click.option(
    "--no-downloads",
    is_flag=True,
    help="Download nothing; print the JSON even where files are missing.",
)
@json_option
@click.pass_obj
def command(options: Options, dataset: str, no_downloads: bool, as_json: bool) -> None:
    """Bring a data set to disk and print where it is, as JSON.

    stdout has exactly one JSON document: each datum with its id, its path and its parts.
    """
    from datamaestro.encoding import to_json

    options.tell(to_json(options.context.prepare(dataset, download=not no_downloads)))
