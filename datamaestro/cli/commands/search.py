"""``datamaestro search``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.index.listing import Listed, Listing
    from datamaestro.query import Term

FACTS = ("id", "repository", "name", "url", "tags", "tasks", "license", "doi")
"""What ``--json`` prints, and the type."""


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

    from datamaestro.cli.listing import listed
    from datamaestro.query import parse_terms

    parsed = parse_terms(terms)
    found, documents = listed(options, lambda listing: _find(listing, parsed, as_json))
    if as_json:
        rows = [
            {fact: document[fact] for fact in FACTS} | {"type": one.type_name}
            for one, document in zip(found, documents, strict=True)
        ]
        options.tell(json.dumps(rows, indent=2))
    else:
        for one in found:
            options.tell(f"[{one.repository}] {one.id} ({one.type_name})")
    if not found:
        click.echo("no data set matches", err=True)


def _find(
    listing: Listing, terms: list[Term], in_full: bool
) -> tuple[list[Listed], list[dict[str, Any]]]:
    """Return what matches, and all that is known of it where that is asked for."""
    found = listing.search(terms)
    return found, listing.documents(found) if in_full else []
