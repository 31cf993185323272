"""``datamaestro download``."""

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True)
@json_option
@click.pass_obj
def command(options: Options, datasets: tuple[str, ...], as_json: bool) -> None:
    """Bring data sets to disk.

    All are looked up before the first is downloaded. stdout has the full name of each that is
    on disk, one per line.
    """
    import json

    definitions = [options.context.dataset(dataset) for dataset in datasets]
    done = []
    for definition in definitions:
        options.context.prepare(definition)
        done.append(definition.card.identity)
        if not as_json:
            options.tell(definition.card.identity)
    if as_json:
        options.tell(json.dumps(done))
