"""``datamaestro search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_term
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from click.shell_completion import CompletionItem

    from datamaestro.index.listing import Listing
    from datamaestro.index.shown import Listed

HEAD = ("ID", "REPOSITORY", "TYPE", "SIZE", "NAME")


class Search(click.Command):
    """A command whose arguments may begin with a minus sign, such as ``-tag:text``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let what begins with one minus sign be an argument, and with two an option."""
        ctx.ignore_unknown_options = True
        return super().parse_args(ctx, ["--help" if arg == "-h" else arg for arg in args])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete what begins with a minus sign: an option, or a term that must not match."""
        found = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("--"):
            found += complete_term(ctx, self.params[0], incomplete)
        return found


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

    What was copied here is found without the package that defines it: it is listed as described.
    """  # noqa: D301 - click wants the character, not its name
    import json

    from datamaestro.cli.listing import listed
    from datamaestro.cli.table import terminal_width
    from datamaestro.engine.downloaded import Downloaded
    from datamaestro.garbage import no_collections
    from datamaestro.query import parse_query
    from datamaestro.store.search_path import store_of

    for term in terms:
        if term.startswith("--"):
            raise click.NoSuchOption(term)
    query = parse_query(terms)
    store = store_of(options.settings)

    def find(listing: Listing) -> tuple[bool, list[str]]:
        found = listing.search(query, Downloaded(options.settings), sort, limit)
        if as_json:
            entries = [entry._asdict() for entry in listing.entries(found)]
            return bool(found), [json.dumps(entries, indent=2)]
        width = terminal_width() if found else None
        if width is not None:
            described = listing.described(found)
            marked = [number in described for number in found]
            return True, list(_table(listing.listed(found), marked, width))
        brief = listing.brief(found)
        return bool(found), [f"[{repository}] {id_} ({kind})" for repository, id_, kind in brief]

    with no_collections():
        found, lines = listed(options, find, store)
    if lines:
        options.tell("\n".join(lines))
    if not found and limit != 0:
        options.note("no data set matches")


def _table(found: Sequence[Listed], marked: Sequence[bool], width: int) -> Iterator[str]:
    from datamaestro.cli.table import table

    return table(HEAD, map(_row, found, marked), width)


def _row(one: Listed, marked: bool) -> tuple[str, ...]:
    from datamaestro.sizes import shown_size

    size = "" if one.size is None else shown_size(one.size)
    repository = f"{one.repository} (described)" if marked else one.repository
    return (one.id, repository, one.type_name, size, one.name)
