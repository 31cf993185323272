"""``datamaestro plan``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option
from datamaestro.cli.transfers import files_of_each, path_option

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.forecast import Forecast, Item


@click.command()
@click.argument("datasets", metavar="ID...", nargs=-1, required=True, shell_complete=complete_name)
@path_option
@json_option
@click.pass_obj
def command(
    options: Options, datasets: tuple[str, ...], paths: list[tuple[str, Path]], as_json: bool
) -> None:
    """Show what preparing data sets would fetch, the room it needs, and what is in the way.

    The data sets that one is made of are shown before it, as far as something is to be done.
    Nothing is downloaded; servers are asked whether they have the files. The exit code is the one
    that prepare would have, as far as can be told before.
    """
    import json

    context = options.context
    definitions = [context.dataset(dataset) for dataset in datasets]
    by_hand = files_of_each(definitions, paths)
    forecasts = []
    for definition, files in zip(definitions, by_hand, strict=True):
        *parts, _ = context.needed(definition)
        found = [*map(context.forecast, parts), context.forecast(definition, by_hand=files)]
        forecasts += [one for one in found if one.items or one.problem] or found[-1:]
    if as_json:
        options.tell(json.dumps([as_facts(forecast) for forecast in forecasts], indent=2))
    else:
        own = context.store.root
        options.tell("\n\n".join(as_text(forecast, own) for forecast in forecasts))
    for forecast in forecasts:
        if forecast.problem is not None:
            raise forecast.problem


def as_facts(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast as JSON can say it; sizes are in bytes."""
    from attrs import asdict

    from datamaestro.advice import advised

    items = [
        asdict(item) | {"problem": item.problem and advised(str(item.problem))}
        for item in forecast.items
    ]
    return {
        "dataset": forecast.dataset,
        "folder": str(forecast.folder),
        "items": items,
        "fetch": forecast.fetched,
        "disk_peak": forecast.peak,
        "disk_after": forecast.after,
        "exact": forecast.exact,
        "free": forecast.free,
        "exit_code": forecast.problem.exit_code if forecast.problem else 0,
        "problem": advised(str(forecast.problem)) if forecast.problem else "",
    }


def as_text(forecast: Forecast, own: Path) -> str:
    """Return what is shown to a person.

    Args:
        forecast: of one data set.
        own: the data directory in which data sets are made.
    """
    if not forecast.items:
        elsewhere = "" if forecast.folder.is_relative_to(own) else f" in {forecast.folder}"
        return f"{forecast.dataset} is on disk{elsewhere}: nothing is to be done"
    least = "" if forecast.exact else "at least "
    return "\n".join(
        [
            f"{forecast.dataset}:",
            *map(_item_line, forecast.items),
            f"to be fetched: {least}{forecast.fetched:,} bytes",
            f"disk: {least}{forecast.peak:,} bytes at the peak, {least}{forecast.after:,} "
            f"afterwards; {forecast.free:,} are free",
        ]
    )


def _item_line(item: Item) -> str:
    size = "size unknown" if item.size is None else f"{item.size:,} bytes"
    done = f", {item.there:,} are there" if item.there else ""
    others = {"derive": "made here", "adopt": "there, to be checked"}
    what = others.get(item.action, f"{size}{done}")
    where = f"in the way: {item.problem.message}" if item.problem else item.url
    return f"  {item.path or item.resource:<24} {item.action:<6}  {what:>18}  {where}".rstrip()
