"""``datamaestro accept``."""

from __future__ import annotations

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, shell_complete=complete_name)
@click.option("-y", "--yes", is_flag=True, help="Accept them without being asked.")
@click.option("--list", "is_listing", is_flag=True, help="List the ids of all accepted terms.")
@json_option
@click.pass_obj
def command(
    options: Options, datasets: tuple[str, ...], yes: bool, is_listing: bool, as_json: bool
) -> None:
    """Show the terms of data sets, and record that you accept them.

    They are recorded once for you, in user.json beside config.toml. The terms of the data sets
    that one is made of belong to it. Where there is no terminal to ask on, --yes is needed.
    """
    if is_listing == bool(datasets or yes):
        raise click.UsageError("either data sets or --list is needed")
    if is_listing:
        _list(options, as_json=as_json)
    else:
        _accept(options, datasets, yes=yes)


def _list(options: Options, *, as_json: bool) -> None:
    """Print the ids of the terms that have been accepted."""
    import json

    from datamaestro.settings.agreements import accepted

    options.start()
    found = accepted()
    for line in [json.dumps(found, indent=2)] if as_json else found:
        options.tell(line)
    if not found:
        options.note("no terms have been accepted")


def _accept(options: Options, datasets: tuple[str, ...], *, yes: bool) -> None:
    """Record that the terms of data sets are accepted, where that is said."""
    from datamaestro.cli.questions import accept_terms, is_terminal
    from datamaestro.errors import TermsNeeded
    from datamaestro.settings.agreements import accept

    context = options.context
    for definition in [context.dataset(dataset) for dataset in datasets]:
        identity, terms = definition.card.identity, context.open_terms(definition)
        if not terms:
            options.note(f"{identity} has no terms that you have not accepted")
        elif yes:
            for name, each in terms.items():
                options.note(f"{identity}: accepted: {each.message}")
                accept(name)
        elif is_terminal():
            accept_terms(identity, terms)
        else:
            first = next(iter(terms.values()))
            error = TermsNeeded(identity, first.message)
            error.hint = f"to accept them without being asked: datamaestro accept --yes {identity}"
            raise error
