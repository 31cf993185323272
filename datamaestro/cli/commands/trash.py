"""``datamaestro trash``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_token
from datamaestro.cli.options import Options, age_of, json_option, yes_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro.errors import StorageError
    from datamaestro.house.trash.items import DamagedItem, Item
    from datamaestro.house.trash.restoring import Restored
    from datamaestro.store.layout import Store

WHAT = "WHAT"
HEAD = ("TOKEN", WHAT, "SIZE", "THINGS", "WHEN", "WHY")


@click.group(no_args_is_help=False)
def command() -> None:
    """List what was removed, bring it back, or delete it for good.

    What remove and orphans --delete take away is in the folder trash of the data directory.
    """


@command.command("list")
@json_option
@click.pass_obj
def list_items(options: Options, as_json: bool) -> None:
    """List what is in the trash, the oldest first.

    A terminal gets a table; else each line has token, what it is, bytes, number of things, time,
    and why.
    """
    import json

    from datamaestro.cli.table import exact, harmless, table, terminal_width
    from datamaestro.cli.wording import counted
    from datamaestro.house.trash.emptying import half_gone
    from datamaestro.sizes import shown_size

    store, found = _look(options)
    known, width, gone = _sound(found), terminal_width(), half_gone(store)
    if as_json:
        options.tell(json.dumps([_facts(store, item) for item in found], indent=2))
    elif known and width is not None:
        for line in table(HEAD, [_row(store, item, shown_size) for item in known], width, {WHAT}):
            options.tell(line)
    else:
        for item in known:
            token, what, *facts, why = _row(store, item, str)
            options.tell("\t".join([token, exact(what), *facts, harmless(why)]))
    if gone:
        options.note(
            f"deleting {counted(gone, 'item')} for good has not ended, which takes room still; "
            "the next datamaestro trash empty goes on with it"
        )
    elif not found:
        options.note("there is nothing in the trash")


@command.command("restore")
@click.argument("names", metavar="[TOKEN|NAME]...", nargs=-1, shell_complete=complete_token)
@yes_option
@json_option
@click.pass_obj
def restore_items(options: Options, names: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Bring back what is in the trash.

    All of it, after a question, or what tokens or names of data sets name. Nothing is overwritten:
    what is at a place meanwhile stays there, and what was there before stays in the trash, and is
    named.
    """
    import json

    from datamaestro.cli.failures import Failures
    from datamaestro.cli.questions import confirm
    from datamaestro.cli.wording import counted
    from datamaestro.house.trash.restoring import ANEW, restore

    store, found = _look(options)
    chosen = _chosen(found, names, once=True)
    if len(chosen) > 1 and not names:
        question = f"Bring back all {counted(len(chosen), 'item')} of the trash?"
        confirm(question, yes=yes, command="datamaestro trash restore")
    failures, done = Failures(as_json), []
    try:
        for item in reversed(chosen):
            with failures.noted():
                one = restore(store, item, options.settings.lock_timeout)
                done.append(one._asdict())
                for path in [] if as_json else one.back:
                    options.tell(_shown(store, path))
                for path, reason in one.left:
                    if reason == ANEW:  # of all of them, so the error says it
                        break
                    options.note(f"{_shown(store, path)} is in the trash still: {reason}")
                failures.add(_left(one))
    finally:
        if as_json:
            options.tell(json.dumps(done, indent=2))
    if not chosen:
        options.note("there is nothing in the trash")
    failures.end()


def _left(one: Restored) -> StorageError | None:
    """Return the error that says what of an item could not be brought back, if anything."""
    from datamaestro.errors import StorageError
    from datamaestro.house.trash.restoring import ANEW

    if not one.left:
        return None
    number, reason = len(one.left), one.left[0][1]
    what = "1 thing is" if number == 1 else f"{number:,} things are"
    hint = "move away what is there, and run again"
    if reason == ANEW:
        what = f"{one.token} is"
        hint = f"remove that first, or: datamaestro trash empty {one.token}"
    return StorageError(f"{what} in the trash still: {reason}", hint=hint)


@command.command("empty")
@click.argument("names", metavar="[TOKEN|NAME]...", nargs=-1, shell_complete=complete_token)
@click.option("--older", metavar="AGE", help="Only what was removed so long ago: 12h, 30d, 8w.")
@yes_option
@json_option
@click.pass_obj
def empty_trash(
    options: Options, names: tuple[str, ...], older: str | None, *, yes: bool, as_json: bool
) -> None:
    """Delete for good what is in the trash.

    All of it, or what tokens or names of data sets name, after a question. No link is followed.
    """
    import json
    from datetime import datetime

    from datamaestro.cli.questions import confirm
    from datamaestro.cli.wording import counted
    from datamaestro.house.trash import emptying
    from datamaestro.sizes import shown_size

    age = age_of(older)
    store, found = _look(options)
    now, chosen = datetime.now().astimezone(), _chosen(found, names)
    if age is not None:
        chosen = [item for item in chosen if emptying.older(item, age, now)]
    if chosen:
        size = shown_size(sum(_size(store, item) for item in chosen))
        question = f"Delete {counted(len(chosen), 'item')} of the trash for good ({size})?"
        confirm(question, yes=yes, command=" ".join(["datamaestro trash empty", *names]))
    emptying.empty(store, chosen)
    if as_json:
        options.tell(json.dumps([item.token for item in chosen]))
    options.note(f"{counted(len(chosen), 'item')} deleted for good")


def _look(options: Options) -> tuple[Store, list[Item | DamagedItem]]:
    """Return the data directory and what is in its trash; what is damaged is told."""
    from datamaestro.house.absent import warn_absent
    from datamaestro.house.trash.items import items
    from datamaestro.messages import warn
    from datamaestro.store.layout import Store

    store = Store(options.settings.directory)
    warn_absent(store)
    found = items(store)
    for item in found:
        if not hasattr(item, "pieces"):
            place = store.trash / item.token
            warn(f"{place} has a damaged record ({item.reason}); what is in it stays there")
    return store, found


def _sound(found: Sequence[Item | DamagedItem]) -> list[Item]:
    from datamaestro.house.trash.items import Item

    return [item for item in found if isinstance(item, Item)]


def _chosen(
    found: Sequence[Item | DamagedItem], names: Sequence[str], *, once: bool = False
) -> list[Item]:
    """Return the items that tokens or names of data sets name; all, where there are none.

    Raises:
        UsageError: there is no item of a name, or its record is damaged; or there are several, and
            only one can be meant.
    """
    from datamaestro.errors import UsageError

    known, chosen = _sound(found), set()
    for name in names:
        named = [
            one.token for one in known if name in (one.token, one.what, one.what.split("@")[0])
        ]
        if not named:
            hint = "see: datamaestro trash list"
            raise UsageError(f"there is no {name} in the trash", hint=hint)
        if once and len(named) > 1:
            hint = f"one of {', '.join(named)}"
            raise UsageError(f"{name} is in the trash {len(named)} times", hint=hint)
        chosen.update(named)
    return [item for item in known if item.token in chosen or not names]


def _size(store: Store, item: Item) -> int:
    """Return the bytes that are allocated for an item."""
    from datamaestro.house.weighing import Scales

    return Scales().weigh(f"{store.trash}/{item.token}").size


def _row(store: Store, item: Item, shown: Callable[[int], str]) -> tuple[str, ...]:
    from datamaestro.house.trash.items import pieces_there

    there, size = len(pieces_there(store, item)), _size(store, item)
    return (item.token, item.what, shown(size), f"{there:,}", item.when, item.reason)


def _facts(store: Store, item: Item | DamagedItem) -> dict[str, Any]:
    """Return an item as JSON can say it."""
    from datamaestro.house.trash.items import Item, pieces_there

    if not isinstance(item, Item):
        return {"token": item.token, "damaged": item.reason}
    paths = [piece.path for piece in pieces_there(store, item)]
    facts = {"token": item.token, "when": item.when, "what": item.what, "reason": item.reason}
    return {**facts, "size": _size(store, item), "paths": paths, "damaged": ""}


def _shown(store: Store, path: str) -> str:
    from datamaestro.cli.table import exact

    return exact(f"{store.root}/{path}")
