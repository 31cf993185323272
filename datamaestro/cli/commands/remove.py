"""``datamaestro remove``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_held
from datamaestro.cli.options import Options, json_option, yes_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.store.holdings import Holding
    from datamaestro.store.layout import Store


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True, shell_complete=complete_held)
@click.option("--dry-run", is_flag=True, help="Only say what would be moved.")
@yes_option
@json_option
@click.pass_obj
def command(
    options: Options, datasets: tuple[str, ...], *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Move data sets to the trash.

    All that is on record of each goes: files and links (not what these lead to), its records, and
    what has arrived of it, also where it was only begun. What somebody else has put into its folder
    stays there. stdout has the names of what was moved; datamaestro trash restore brings it back,
    and datamaestro trash empty frees its room.
    """
    import json

    from datamaestro.cli.questions import confirm
    from datamaestro.cli.table import exact
    from datamaestro.house.held import held_here, refuse_parts
    from datamaestro.sizes import shown_size
    from datamaestro.store.layout import Store

    store = Store(options.settings.directory)
    chosen = held_here(options.settings, datasets, "remove", begun=True)
    refuse_parts(datasets, chosen)
    _tell_dependents(options, store, chosen)
    facts = [_facts(one) for one in chosen]
    for one in facts:
        if one["foreign"]:
            options.note(_staying(one))
        if one["link"]:
            options.note(f"{exact(one['folder'])} is a link; what is in {exact(one['link'])} stays")
    if not dry_run:
        names = ", ".join(f"{one['what']} ({shown_size(one['size'])})" for one in facts)
        question = f"Move {names} to the trash?"
        confirm(question, yes=yes, command=f"datamaestro remove {' '.join(datasets)}")
        _remove(options, store, chosen, as_json=as_json)
    elif as_json:
        options.tell(json.dumps(facts, indent=2))
    else:
        for one in facts:
            options.tell(f"{one['what']} would be moved: {shown_size(one['size'])}")


def _facts(holding: Holding) -> dict[str, Any]:
    """Return what of a data set would go, and how many files would stay."""
    from datamaestro.house.possessions import staying
    from datamaestro.house.weighing import Scales

    files = holding.files()
    size = sum(one.size for one in files.values())
    if not holding.store.manifest(holding).exists():  # it was only begun
        size = Scales().weigh(str(holding.store.partial(holding))).size
    return {
        "what": holding.identity,
        "folder": str(holding.folder),
        "size": size,
        "files": len(files),
        "foreign": staying(holding),
        "link": str(holding.folder.resolve()) if holding.folder.is_symlink() else "",
    }


def _staying(facts: dict[str, Any]) -> str:
    from datamaestro.cli.table import exact
    from datamaestro.cli.wording import counted

    number, folder = facts["foreign"], exact(facts["folder"])
    verb = "is on no record, and stays" if number == 1 else "are on no record, and stay"
    return f"{counted(number, 'file')} in {folder} {verb} there"


def _remove(options: Options, store: Store, chosen: Sequence[Holding], *, as_json: bool) -> None:
    """Remove one after the other, and say so of each at once."""
    import json

    from datamaestro.cli.failures import Failures
    from datamaestro.house.removing import remove
    from datamaestro.house.trash.discarding import failure_of, token_at

    failures, done, begun = Failures(as_json), [], token_at(0)
    try:
        for one in chosen:
            with failures.noted():
                each = remove(one, options.settings.lock_timeout)
                if each is None:
                    continue
                done.append(each._asdict())
                if not as_json:
                    options.tell(each.what)
                back = f"to bring it back: datamaestro trash restore {each.token}"
                free = f"to free its room: datamaestro trash empty {each.token}"
                options.note(f"{each.what} is in the trash; {back}; {free}")
                failures.add(failure_of(store, [each]))
    except KeyboardInterrupt:
        _tell_begun(options, store, one, begun)
        raise
    finally:
        if as_json:
            options.tell(json.dumps(done, indent=2))
    failures.end()


def _tell_begun(options: Options, store: Store, holding: Holding, begun: str) -> None:
    """Say how a data set comes back that was interrupted on its way to the trash."""
    from datamaestro.house.trash.items import Item, items, pieces_there

    for item in items(store):
        is_it = isinstance(item, Item) and item.what == holding.identity and item.token >= begun
        if is_it and isinstance(item, Item) and pieces_there(store, item):
            back = f"datamaestro trash restore {item.token}"
            options.note(f"{item.what} is in the trash in part; to bring it back: {back}")


def _tell_dependents(options: Options, store: Store, chosen: Sequence[Holding]) -> None:
    """Tell which data sets are made from those that are to go."""
    from datamaestro.cli.listing import listed
    from datamaestro.house.dependents import cards_of, dependents
    from datamaestro.store.holdings import holdings

    cards = listed(options, lambda listing: cards_of(listing, holdings(store)))
    for needed, others in dependents(cards, {one.identity for one in chosen}).items():
        options.note(f"made from {needed}: {', '.join(others)}")
