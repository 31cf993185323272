"""``datamaestro list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_held
from datamaestro.cli.options import Options, filter_option, json_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from datamaestro.house.accounts import Account
    from datamaestro.house.extras import Extra
    from datamaestro.index.facts import Facts
    from datamaestro.index.listing import Listing, Stock
    from datamaestro.store.layout import Store

SORTS: dict[str, Callable[[Account], Any]] = {
    "name": lambda one: (one.id, one.repository),
    "size": lambda one: (-one.size, one.id, one.repository),
    "used": lambda one: (-(one.used or 0), one.id, one.repository),
}


@click.command()
@click.argument("datasets", metavar="[ID]...", nargs=-1, shell_complete=complete_held)
@click.option(
    "--sort",
    type=click.Choice(list(SORTS)),
    default="name",
    help="What comes first: the largest, or what was used last.",
)
@filter_option
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also caches, partial files, what is on no record, orphans and the trash.",
)
@json_option
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    *,
    sort: str,
    filters: tuple[str, ...],
    everything: bool,
    as_json: bool,
) -> None:
    """List the data sets that are on disk, and what else takes room there.

    All of them, or those that are named, also in shared data directories: the size and number of
    files, the last use, the origin, and the state. That is complete, partial, damaged (its records
    are), or unknown: its repository is broken or not installed, and it came without a description.
    An EXPR is like a term of search:

    \b
      size>1GB  files<10      also >=, <=, 1MB..2GB as size:1MB..2GB
      used<30d  used>1y       used less than 30 days ago; longer ago than a year; or a date
      state:partial           or complete, unknown, damaged
      from:host  repo:name  id:text, or a word of the id

    A terminal gets a table; else each line has name, bytes, files, time, state, origin and folder,
    with tabs between them. Totals are on stderr.
    """  # noqa: D301 - click wants the character, not its name
    import json

    from datamaestro.cli import accounts as shown
    from datamaestro.cli.listing import listed
    from datamaestro.cli.table import terminal_width
    from datamaestro.house.absent import warn_absent
    from datamaestro.house.accounts import accounts
    from datamaestro.house.declared import declared
    from datamaestro.house.held import held_anywhere
    from datamaestro.house.orphans.content import has_data
    from datamaestro.store.holdings import holdings as all_holdings
    from datamaestro.store.layout import Store
    from datamaestro.store.search_path import store_of

    wanted = _wanted(filters)
    store = store_of(options.settings)
    holdings = held_anywhere(store, datasets)
    warn_absent(store, holdings)

    own = Store(store.root)
    on_record = list(all_holdings(own)) if everything else []

    def question(listing: Listing) -> tuple[dict[str, Facts], list[Stock]]:
        cards = declared(listing, [*holdings, *on_record])
        return cards, listing.stocks() if everything else []

    cards, stocks = listed(options, question)
    told = [one for one in accounts(holdings, cards) if wanted(one)]
    told.sort(key=SORTS[sort])
    extras = _extras(own, stocks, cards) if everything else []
    totals = shown.totals(told, extras, str(store.root))
    width = terminal_width()
    if as_json:
        document: dict[str, Any] = {
            "directory": str(store.root),
            "datasets": [shown.as_facts(one) for one in told],
            "unseen": [str(path) for path in store.unseen()],
            "totals": {**totals, "free": _free(store)},
        }
        if everything:
            document["extras"] = [one._asdict() for one in extras]
        options.tell(json.dumps(document, indent=2))
        return
    lines = (
        shown.lines(told, extras)
        if width is None
        else shown.tables(told, extras, width, str(store.root))
    )
    for line in lines:
        options.tell(line)
    for one in told:
        if one.problem:
            options.note(_problem(one))
    mine = datasets or any(one.store.root == own.root for one in holdings)
    if not (mine or everything) and has_data(own):
        options.note(f"{own.root / 'data'} has files that are on no record: datamaestro list --all")
    options.note(shown.summary(totals, _free(store)))


def _wanted(filters: Sequence[str]) -> Callable[[Account], bool]:
    """Return whether an account is what filters ask for."""
    if not filters:
        return lambda _: True
    from datamaestro.house.filtering import matches, parse_filter

    query = parse_filter(filters)
    return lambda account: matches(query, account)


def _extras(store: Store, stocks: Sequence[Stock], cards: Mapping[str, Facts]) -> list[Extra]:
    from datamaestro.house.extras import extras

    return list(extras(store, stocks, cards))


def _problem(one: Account) -> str:
    from datamaestro.cli.table import exact, harmless

    return f"{exact(one.identity)} is {one.state}: {harmless(one.problem)}"


def _free(store: Store) -> int | None:
    """Return the bytes that are free where the data directory is or will be; None: unknown."""
    from contextlib import suppress

    from datamaestro.store.space import free_space

    with suppress(OSError):
        return free_space(store.root)
    return None
