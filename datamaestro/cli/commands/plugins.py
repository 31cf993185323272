"""``datamaestro plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins


@click.command()
@json_option
@click.pass_obj
def command(options: Options, as_json: bool) -> None:
    """List plugins, what each provides, and what failed to load."""
    import json

    rows = describe(options.context.plugins)
    options.tell(json.dumps(rows, indent=2) if as_json else as_table(rows))


def describe(plugins: Plugins) -> list[dict[str, Any]]:
    """Return a row per plugin, as JSON can say it."""
    from datamaestro.plugins.manager import FAMILIES

    provided: dict[str, list[str]] = {}
    for hook, family in FAMILIES.items():
        for each in plugins.provided(hook):
            what = f"{family.record.__name__.lower()} {each.record.name}"
            provided.setdefault(each.provider.module, []).append(what + serves(each.record))
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


def serves(record: Any) -> str:
    """Return the schemes, suffixes, prefix or type that a record is for, in brackets."""
    named = [getattr(record, name, ()) for name in ("schemes", "suffixes")]
    words = [word for words in named for word in words]
    words += [getattr(record, name) for name in ("prefix", "type") if hasattr(record, name)]
    return f" ({', '.join(words)})" if words else ""


def as_table(rows: list[dict[str, Any]]) -> str:
    """Return a line per plugin: its name, its package, and what it provides or why not."""
    name, package = (max(len(row[key]) for row in rows) for key in ("name", "distribution"))
    return "\n".join(
        f"{row['name']:<{name}}  {row['distribution']:<{package}}  {_provides(row)}" for row in rows
    )


def _provides(row: dict[str, Any]) -> str:
    if row["state"] == "loaded":
        return ", ".join(row["provides"]) or "nothing"
    return f"{row['state']}: {row['error']}" if row["error"] else str(row["state"])
