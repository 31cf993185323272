"""``datamaestro plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.plugins.registry import Plugins


@click.command()
@json_option
@click.pass_obj
def command(options: Options, as_json: bool) -> None:
    """List plugins, what each provides, and what failed to load."""
    import json

    rows = describe(options.context.plugins)
    click.echo(json.dumps(rows, indent=2) if as_json else "\n".join(map(as_line, rows)))


def describe(plugins: Plugins) -> list[dict[str, Any]]:
    """Return a row per plugin, as JSON can say it."""
    from datamaestro.plugins.manager import FAMILIES

    provided: dict[str, list[str]] = {}
    for hook, kind in FAMILIES.items():
        for each in plugins.provided(hook):
            provided.setdefault(each.provider.module, []).append(
                f"{kind.__name__.lower()} {each.record.name}"
            )
    manager = plugins.manager
    for listener in manager.listeners():
        provided.setdefault(listener.module, []).append("events")
    failed = {failure.candidate: failure.reason for failure in manager.failures}
    states = dict.fromkeys(manager.loaded, "loaded")
    states |= dict.fromkeys(failed, "failed")
    states |= dict.fromkeys(manager.switched_off, "switched off")
    return [
        {
            "name": candidate.name,
            "module": candidate.module,
            "distribution": candidate.distribution,
            "state": state,
            "provides": provided.get(candidate.module, []),
            "error": failed.get(candidate, ""),
        }
        for candidate, state in states.items()
    ]


def as_line(row: dict[str, Any]) -> str:
    """Return one plugin as a line."""
    what = ", ".join(row["provides"]) if row["state"] == "loaded" else row["state"]
    told = f"{what}: {row['error']}" if row["error"] else what
    return f"{row['name']:<14} {row['distribution']:<22} {told}"
