"""``datamaestro info``."""

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True, shell_complete=complete_name)
@json_option
@click.pass_obj
def command(options: Options, datasets: tuple[str, ...], as_json: bool) -> None:
    """Show what is known about data sets.

    Name, pages, version, type, tags, tasks, languages, licence, citation, variants, terms and
    description of each; where it is defined; its files, what is to be downloaded for them, and
    what of it is on disk.
    """
    from datamaestro.cli.described import described
    from datamaestro.cli.known import known
    from datamaestro.store.search_path import store_of

    found = known(options, datasets)
    store = store_of(options.settings)
    all_facts = [described(one, store) for one in found]
    if as_json:
        import json

        options.tell(json.dumps(all_facts, indent=2))
        return
    from datamaestro.cli.sheet import sheet
    from datamaestro.cli.table import terminal_width

    width = terminal_width()
    options.tell("\n\n\n".join("\n".join(sheet(facts, width)) for facts in all_facts))
