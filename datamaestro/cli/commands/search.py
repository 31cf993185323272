"""``datamaestro search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_term
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from datamaestro.index.entries import Entry
    from datamaestro.index.listing import Listed, Listing

HEAD = ("ID", "REPOSITORY", "TYPE", "SIZE", "NAME")


class Search(click.Command):
    """A command whose arguments may begin with a minus sign, such as ``-tag:text``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let what begins with one minus sign be an argument, and with two an option."""
        ctx.ignore_unknown_options = True
        return super().parse_args(ctx, ["--help" if arg == "-h" else arg for arg in args])


@click.command(cls=Search, context_settings={"help_option_names": ["--help"]})
@click.argument("terms", metavar="[TERM]...", nargs=-1, shell_complete=complete_term)
@click.option("--limit", metavar="N", type=click.IntRange(min=0), help="List at most N.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "id", "name", "size"]),
    default="relevance",
    help="What comes first: what fits best (as usual), or the largest.",
)
@json_option
@click.pass_obj
def command(
    options: Options, terms: tuple[str, ...], limit: int | None, sort: str, as_json: bool
) -> None:
    """List data sets.

    Those that match every TERM, where there is one: a word, which begins a word of the id, the
    name, the tags, the tasks or the description; or one of

    \b
      tag:TEXT  task:TEXT  repo:TEXT  id:TEXT  name:TEXT
      type:NAME           the type of its data or an ancestor of it
      license:MIT  language:en  format:csv  doi:TEXT
      size:>1GB           also <, >=, <=, 1MB..2GB
      is:downloaded       also is:family (it has variants), is:gated (it has terms)

    A TEXT between slashes is a regular expression. -TERM or NOT TERM leaves out what matches,
    OR joins terms, parentheses group them, quotes keep words together. Where the shell reads
    some of these signs itself, quote the whole: datamaestro search '(cat OR dog) size:<1GB'.
    """  # noqa: D301 - click wants the character, not its name
    import json

    from datamaestro.cli.listing import listed
    from datamaestro.cli.table import terminal_width
    from datamaestro.engine.downloaded import Downloaded
    from datamaestro.query import parse_query

    for term in terms:
        if term.startswith("--"):
            raise click.NoSuchOption(term)
    query = parse_query(terms)

    def find(listing: Listing) -> tuple[list[Listed], list[Entry]]:
        found = listing.search(query, Downloaded(options.settings.directory), sort)[:limit]
        return found, listing.entries(found) if as_json else []

    found, entries = listed(options, find)
    if as_json:
        options.tell(json.dumps([entry._asdict() for entry in entries], indent=2))
    elif found:
        options.tell("\n".join(_lines(found, terminal_width())))
    if not found and limit != 0:
        options.note("no data set matches")


def _lines(found: Sequence[Listed], width: int | None) -> Iterator[str]:
    if width is None:
        return (f"[{one.repository}] {one.id} ({one.type_name})" for one in found)
    from datamaestro.cli.table import table

    return table(HEAD, map(_row, found), width)


def _row(one: Listed) -> tuple[str, ...]:
    from datamaestro.sizes import shown_size

    size = "" if one.size is None else shown_size(one.size)
    return (one.id, one.repository, one.type_name, size, one.name)
