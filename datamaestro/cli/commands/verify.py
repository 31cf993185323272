"""``datamaestro verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_held
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.house.verifying.states import Verified
    from datamaestro.index.facts import Facts
    from datamaestro.store.holdings import Holding


@click.command()
@click.argument("datasets", metavar="[ID]...", nargs=-1, shell_complete=complete_held)
@click.option("--quick", is_flag=True, help="Only look at sizes and times; read no file.")
@click.option("--again", is_flag=True, help="Read all files, also those read when interrupted.")
@click.option("--all", "everything", is_flag=True, help="Name files that are right, too.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Files that are read at the same time.  [default: as many as there are processors]",
)
@json_option
@click.pass_obj
def command(
    options: Options,
    datasets: tuple[str, ...],
    *,
    quick: bool,
    again: bool,
    everything: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Check whether what is on disk is what it was when it was prepared.

    Of all data sets, unless some are named; also of those in shared data directories. Each file is
    right, changed, missing, or foreign: on no record, which is no mistake. What an interrupted run
    has read within a day is not read again. Neither network nor repositories are needed, and no
    data are changed; that a file has another time and the same content is put on record. Exit code
    6: something is changed or missing, or a record is damaged; 8: something cannot be read, such as
    the records of a repository; else 0.
    """
    import json
    import time
    from datetime import timedelta

    from datamaestro.ages import shown_age
    from datamaestro.cli.verified import as_facts, as_lines
    from datamaestro.garbage import no_collections
    from datamaestro.house.absent import refuse_absent
    from datamaestro.house.accounts import lacking
    from datamaestro.house.events import DelayedEvents
    from datamaestro.house.held import held_anywhere
    from datamaestro.house.verifying.noting import note
    from datamaestro.house.verifying.readers import Readers, processors
    from datamaestro.house.verifying.verification import Verification
    from datamaestro.store.search_path import store_of

    store, own = store_of(options.settings), options.settings.directory
    chosen = held_anywhere(store, datasets)
    refuse_absent(store, chosen)
    cards = _cards(options, chosen)
    found: list[Verified] = []
    incomplete: list[str] = []
    document: list[dict[str, Any]] = []
    with no_collections(), Readers(jobs or processors()) as readers:
        work = Verification(readers, quick=quick, again=again, send=DelayedEvents().send)
        for one in work.verify(chosen):
            found.append(one)
            name, manifest = one.holding.identity, one.records.manifest
            lacks = lacking(one.holding, manifest, cards.get(name)) if manifest.entries else ()
            if one.holding.store.root == own:
                note(one)
            if lacks:
                incomplete.append(name)
            if as_json:
                document.append(as_facts(one, lacks, everything=everything))
            elif not (options.quiet and one.right):
                options.tell("\n".join(as_lines(one, own, lacks, everything=everything)))
    if as_json:
        options.tell(json.dumps(document, indent=2))
    if work.resumed:
        ago = shown_age(timedelta(seconds=max(0, time.time() - work.since)))
        what = f"{work.resumed:,} files had been read by a run that was interrupted, {ago} ago"
        options.note(f"{what}; to read them again: --again")
    unseen = [] if datasets else list(store.unseen())
    _sum_up(options, found, incomplete, unseen, as_json=as_json)


def _cards(options: Options, chosen: list[Holding]) -> dict[str, Facts]:
    """Return what definitions say of data sets that were never complete; none if that is unknown.

    What else there is has a description.
    """
    from datamaestro.cli.listing import listed
    from datamaestro.errors import DatamaestroError
    from datamaestro.house.declared import declared

    left = [one for one in chosen if not one.store.description(one).is_file()]
    try:
        return listed(options, lambda listing: declared(listing, left)) if left else {}
    except DatamaestroError as error:
        from datamaestro.messages import warn

        warn(f"what is incomplete is not told: {error.message}")
        return {}


def _sum_up(
    options: Options,
    found: list[Verified],
    incomplete: list[str],
    unseen: list[Path],
    *,
    as_json: bool,
) -> None:
    """Tell how many data sets are right; end with the exit code that this means.

    Args:
        options: of the command.
        found: of data sets.
        incomplete: names of those of which a resource was never made; that is no mistake.
        unseen: folders in which there may be records of others.
        as_json: whether errors are told as JSON.
    """
    from datamaestro.cli.outcome import tell
    from datamaestro.cli.verified import NAMED, to_mend
    from datamaestro.cli.wording import counted
    from datamaestro.errors import ContentError, StorageError

    right = sum(one.right for one in found)
    summary = f"{right:,} of {counted(len(found), 'data set')} right"
    if incomplete:
        names = " ".join(incomplete) if len(incomplete) <= NAMED else "ID"
        options.note(f"{len(incomplete):,} incomplete; to have all: datamaestro download {names}")
    if any(one.wrong for one in found):
        hint = to_mend(found, options.settings.directory)
        tell(summary, ContentError.exit_code, hint, as_json)
        raise click.exceptions.Exit(ContentError.exit_code)
    closed = [f"{place} cannot be looked at" for place in unseen]
    if right < len(found) or closed:
        why = [*(["some files cannot be read"] if right < len(found) else []), *closed]
        tell("; ".join([summary, *why]), StorageError.exit_code, "", as_json)
        raise click.exceptions.Exit(StorageError.exit_code)
    options.note(summary)
