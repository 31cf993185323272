"""``datamaestro cite``."""

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True, shell_complete=complete_name)
@json_option
@click.pass_obj
def command(options: Options, datasets: tuple[str, ...], as_json: bool) -> None:
    """Print how data sets are cited, as BibTeX.

    What several of them have is printed once, and no two entries have the same key. Where a
    definition has no BibTeX, an entry is made of what is known, which is told on stderr.
    """
    from datamaestro.cli.citations import citations
    from datamaestro.cli.known import known
    from datamaestro.messages import warn

    found = list(citations(known(options, datasets)))
    for one in found:
        if one.lack:
            warn(f"{one.identity} {one.lack}: its entry is made of what is known")
    if as_json:
        import json

        options.tell(json.dumps([one._asdict() for one in found], indent=2))
        return
    entries = dict.fromkeys(entry for one in found for entry in one.entries)
    options.tell("\n\n".join(entries))
