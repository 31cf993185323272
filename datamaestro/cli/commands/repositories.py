"""``datamaestro repositories``."""

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@json_option
@click.pass_obj
def command(options: Options, as_json: bool) -> None:
    """List repositories of data sets."""
    import json

    found = list(options.context.catalogue.repositories())
    if as_json:
        rows = [{"name": name, "description": repository.description} for name, repository in found]
        options.tell(json.dumps(rows, indent=2))
    else:
        for name, repository in found:
            options.tell(f"{name}: {repository.description}")
