"""``datamaestro accept``."""

import click

from datamaestro.cli.options import Options


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Accept them without being asked.")
@click.pass_obj
def command(options: Options, datasets: tuple[str, ...], yes: bool) -> None:
    """Show the terms of data sets, and record that you accept them.

    They are recorded once for you, in user.json beside config.toml. The terms of the data sets
    that one is made of belong to it. Where there is no terminal to ask on, --yes is needed.
    """
    from datamaestro.cli.questions import accept_terms, is_terminal
    from datamaestro.errors import TermsNeeded
    from datamaestro.settings.agreements import accept

    context = options.context
    for definition in [context.dataset(dataset) for dataset in datasets]:
        identity, terms = definition.card.identity, context.open_terms(definition)
        if not terms:
            click.echo(f"{identity} has no terms that you have not accepted", err=True)
        elif yes:
            for name, each in terms.items():
                click.echo(f"{identity}: accepted: {each.message}", err=True)
                accept(name)
        elif is_terminal():
            accept_terms(identity, terms)
        else:
            first = next(iter(terms.values()))
            error = TermsNeeded(identity, first.message)
            error.hint = f"to accept them without being asked: datamaestro accept --yes {identity}"
            raise error
