"""``datamaestro check``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_repository_or_name
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.checking.places import Place
    from datamaestro.checking.verdicts import Verdict
    from datamaestro.context import Context
    from datamaestro_hookspecs.cards import Definition


@click.command()
@click.argument(
    "names",
    metavar="[REPOSITORY|ID]...",
    nargs=-1,
    shell_complete=complete_repository_or_name,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report to a file as well, as JSON.",
)
@click.option("--strict", is_flag=True, help="Want every URL of a file, not one of them.")
@json_option
@click.pass_obj
def command(
    options: Options, names: tuple[str, ...], output: Path | None, strict: bool, as_json: bool
) -> None:
    """Ask servers whether they still have the files.

    Of all repositories, unless some are named. One request for each URL asks for its first bytes;
    size, kind and beginning are compared with what is declared. Nothing is written into the data
    directory. Ctrl-C ends with the report so far. Exit code 6: something is other than is
    declared; 5: a file is not to be had; 7: a person must act; 10: a definition is broken; else 0.
    """
    context = options.context
    left_out: list[str] = []
    places = list(_places(context, names, left_out))
    found: dict[Place, Verdict] = {}
    try:
        for verdict in _counted(context.check_places(places), len(places)):
            found[verdict.place] = verdict
    except KeyboardInterrupt:
        _report(options, _all_of(places, found), output, as_json=as_json)
        raise
    verdicts = _all_of(places, found)
    _report(options, verdicts, output, as_json=as_json)
    _sum_up(options, verdicts, len(left_out), strict=strict, as_json=as_json)


def _places(context: Context, names: Iterable[str], left_out: list[str]) -> Iterator[Place]:
    """Iterate over the places of all that is named, each once; what is broken is left out."""
    from datamaestro.checking.places import places_of

    seen: set[str] = set()
    for definition in _definitions(context, names):
        try:
            identity, places = definition.card.identity, list(places_of(definition, context.store))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a definition may raise anything
            what = getattr(definition, "id", "a data set")
            left_out.append(what)
            context.plugins.warn(f"{what} is left out: {type(error).__name__}: {error}")
        else:
            if identity not in seen:
                seen.add(identity)
                yield from places


def _definitions(context: Context, names: Iterable[str]) -> Iterator[Definition]:
    """Iterate over the definitions of all that is named.

    Raises:
        PluginError: a repository does not work.
        DatasetNotFound: there is neither a repository nor a data set of a name.
    """
    known = context.plugins.repositories()
    for name in names or known:
        if name not in known:
            yield context.dataset(name)
            continue
        if names:
            context.repository(name)
        yield from context.catalogue.definitions([name])


def _counted(verdicts: Iterator[Verdict], total: int) -> Iterator[Verdict]:
    """Iterate over verdicts, with a bar on a terminal."""
    from tqdm import tqdm

    from datamaestro.settings import plugins_switched_off

    disable = "progress" in plugins_switched_off() or None  # None: shown on a terminal alone
    with tqdm(total=total, desc="checked", unit="URL", disable=disable, leave=False) as bar:
        for verdict in verdicts:
            bar.update()
            yield verdict


def _all_of(places: Iterable[Place], found: dict[Place, Verdict]) -> list[Verdict]:
    """Return a verdict for each place, in the order of the places."""
    from datamaestro.checking.verdicts import Status, Verdict

    return [
        found.get(place) or Verdict(place, Status.UNCHECKED, "interrupted before that")
        for place in places
    ]


def _report(
    options: Options, verdicts: list[Verdict], output: Path | None, *, as_json: bool
) -> None:
    """Print the verdicts, and write them to a file."""
    import json

    from datamaestro.cli.verdicts import as_facts, as_lines
    from datamaestro.store.replacing import replace

    document = json.dumps([as_facts(verdict) for verdict in verdicts], indent=2)
    try:
        if output is not None:
            replace(
                output, f"{document}\n", elsewhere="write elsewhere with --output", shared=False
            )
    finally:
        for line in [document] if as_json else as_lines(verdicts):
            options.tell(line)


def _sum_up(
    options: Options, verdicts: list[Verdict], left_out: int, *, strict: bool, as_json: bool
) -> None:
    """Tell how many files there are of each status; end with the exit code that this means."""
    from datamaestro.checking.sources import statuses
    from datamaestro.checking.verdicts import GRAVITY
    from datamaestro.cli.outcome import tell
    from datamaestro.cli.wording import counted
    from datamaestro.errors import DefinitionError

    files = statuses(verdicts, strict=strict)
    counts = Counter(files)
    said = ", ".join(f"{counts[one]:,} {one.value}" for one in GRAVITY if counts[one])
    summary = f"{counted(len(verdicts), 'source')} of {counted(len(files), 'file')}"
    summary += f": {said}" if said else "; there is nothing to be checked"
    code = max(files, key=GRAVITY.index, default=GRAVITY[0]).exit_code
    if left_out:
        summary += f"; {counted(left_out, 'data set')} left out"
        code = code or DefinitionError.exit_code
    if code:
        tell(summary, code, "see docs/checking.md", as_json)
        raise click.exceptions.Exit(code)
    options.note(summary)
