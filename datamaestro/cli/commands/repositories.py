"""``datamaestro repositories``."""

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@json_option
@click.pass_obj
def command(options: Options, as_json: bool) -> None:
    """List repositories of data sets."""
    import json

    from datamaestro.cli.listing import quickly
    from datamaestro.index.listing import Listing

    found = quickly(options, Listing.repositories, Listing.failures)
    if found is None:
        known = options.context.catalogue.repositories()
        found = [(name, repository.description) for name, repository in known]
    if as_json:
        rows = [{"name": name, "description": description} for name, description in found]
        options.tell(json.dumps(rows, indent=2))
    else:
        for name, description in found:
            options.tell(f"{name}: {description}")
