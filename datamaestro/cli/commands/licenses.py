"""``datamaestro licenses``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_name
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.cli.known import Known

HEAD = ("Data set", "Licence", "Terms")


@click.command()
@click.argument("datasets", metavar="[ID]...", nargs=-1, shell_complete=complete_name)
@json_option
@click.pass_obj
def command(options: Options, datasets: tuple[str, ...], as_json: bool) -> None:
    """Show the licences and terms of data sets.

    Where no ID is given: those of all data sets of which something is on disk. A licence that is
    no SPDX expression, such as CC-BY-4.0, is marked.
    """
    from datamaestro.cli.known import known, on_disk

    found = known(options, list(dict.fromkeys(datasets))) if datasets else on_disk(options)
    rows = [_facts(one) for one in found]
    if as_json:
        import json

        options.tell(json.dumps(rows, indent=2))
    elif rows:
        from datamaestro.cli.table import table, terminal_width

        options.tell("\n".join(table(HEAD, map(_row, rows), terminal_width())))
    else:
        options.note("no data set is on disk")


def _facts(one: Known) -> dict[str, Any]:
    from datamaestro.checking.licences import is_expression
    from datamaestro.cli.described import terms_of

    said = one.facts["license"]
    return {
        "id": one.facts["id"],
        "repository": one.facts["repository"],
        "license": said,
        "spdx": is_expression(said),
        "terms": terms_of(one),
    }


def _row(facts: dict[str, Any]) -> tuple[str, str, str]:
    said = facts["license"]
    licence = said if facts["spdx"] else f"{said} (not SPDX)" if said else "unknown"
    return f"{facts['id']}@{facts['repository']}", licence, _terms(facts["terms"])


def _terms(terms: list[dict[str, Any]]) -> str:
    if not terms:
        return ""
    missing = [each["id"] for each in terms if not each["accepted"]]
    return f"to be accepted: {', '.join(missing)}" if missing else "accepted"
