"""``datamaestro search``."""

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("terms", metavar="[TERM]...", nargs=-1)
@json_option
@click.pass_obj
def command(options: Options, terms: tuple[str, ...], as_json: bool) -> None:
    """List data sets.

    Those that match every TERM, where there is one.

    \b
    A TERM is a regular expression, found anywhere in any case, in the id (or id:REGEX); or
      tag:REGEX     in one of the tags
      task:REGEX    in one of the tasks
      repo:REGEX    in the name of the repository
      type:NAME     the type of its data or an ancestor of it, short or module:Name
    """  # noqa: D301 - click wants the character, not its name
    import json

    from datamaestro.query import parse_query

    matches = parse_query(terms)
    found = [card for card in options.context.cards() if matches(card)]
    found.sort(key=lambda card: (card.repository, card.id))
    if as_json:
        facts = ("id", "repository", "name", "url", "tags", "tasks", "license", "doi")
        rows = [
            {fact: getattr(card, fact) for fact in facts} | {"type": card.type_name}
            for card in found
        ]
        options.tell(json.dumps(rows, indent=2))
    else:
        for card in found:
            options.tell(f"[{card.repository}] {card.id} ({card.type_name})")
    if not found:
        click.echo("no data set matches", err=True)
