"""``datamaestro check-definitions``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from datamaestro.cli.completion.values import complete_repository
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.checking.definitions import Checked
    from datamaestro.checking.rules import Level


@click.command()
@click.argument(
    "repositories", metavar="[REPOSITORY]...", nargs=-1, shell_complete=complete_repository
)
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not apply a rule; repeatable.")
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="note",
    help="Show what is as grave as that, or more; all is counted.",
)
@json_option
@click.pass_obj
def command(
    options: Options,
    repositories: tuple[str, ...],
    strict: bool,
    ignore: tuple[str, ...],
    level: Level,
    as_json: bool,
) -> None:
    """Look for mistakes in the definitions of repositories.

    All of them, unless some are named. Everything is imported and built; nothing is downloaded.
    A line tells what is wrong: repository, data set, file, how grave it is, and the rule, which
    docs/checking.md explains. The exit code is 10 if there is an error.
    """
    import json
    import logging

    from datamaestro.checking.catalogue import NAMES
    from datamaestro.checking.definitions import check_definitions, refuse_unknown
    from datamaestro.checking.rules import LEVELS
    from datamaestro.cli.table import harmless

    refuse_unknown("rule", ignore, NAMES)
    context = options.context
    if not options.debug:
        logging.getLogger("datamaestro").setLevel("ERROR")  # what is wrong is the result here
    known = context.plugins.repositories()
    refuse_unknown("repository", repositories, known)
    checked = [
        check_definitions(name, context.store, context.plugins, ignore=ignore, strict=strict)
        for name in sorted(set(repositories or known))
    ]
    shown = LEVELS[: LEVELS.index(level) + 1]
    findings = [one for each in checked for one in each.findings if one.level in shown]
    if as_json:
        options.tell(json.dumps([one._asdict() for one in findings], indent=2))
    else:
        for one in findings:
            options.tell(harmless(str(one)))
    options.note(_summary(checked))


def _summary(checked: list[Checked]) -> str:
    """Return the line that says how many there are.

    Raises:
        DefinitionError: there are errors.
    """
    from datamaestro.checking.rules import LEVELS
    from datamaestro.cli.wording import counted
    from datamaestro.errors import DefinitionError

    counts = Counter(one.level for each in checked for one in each.findings)
    datasets = sum(each.datasets for each in checked)
    said = ", ".join(counted(counts[level], level) for level in LEVELS if counts[level])
    where = f"{counted(datasets, 'data set')} of {counted(len(checked), 'repository')}"
    if counts["error"]:
        raise DefinitionError(f"{where}: {said}", hint="see docs/checking.md for the rules")
    return f"{where}: {said or 'nothing is wrong'}"
