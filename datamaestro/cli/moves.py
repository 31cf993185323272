"""What the commands share that move data sets."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from datamaestro.cli.options import filter_option, json_option
from datamaestro.cli.table import harmless
from datamaestro.cli.transfers import rate_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro.cli.options import Options
    from datamaestro.moving.copying import Moved


WOULD = "would"
"""How the verb begins of what is only said."""

partial_option = click.option(
    "--partial", is_flag=True, help="Also move data sets of which files are gone, without these."
)


all_option = click.option(
    "--all", "everything", is_flag=True, help="All data sets that are there, in place of ID..."
)


def asked_for(
    datasets: Sequence[str], everything: bool, other: str | None = "", metavar: str = ""
) -> tuple[Sequence[str], str]:
    """Return the references that are meant, none for all, and the other side.

    Args:
        datasets: that are named.
        everything: whether all are meant.
        other: the last word, which names the other side; None where there is none.
        metavar: what that is called.

    Raises:
        UsageError: something is missing, or data sets are named beside ``--all``.
    """
    name = other or ""
    # which goes on where no file system can have such a name
    is_place = "/" in name or ":" in name or os.path.isdir(name)  # noqa: PTH112
    if other is None or (other and not datasets and not everything and not is_place):
        raise click.UsageError(f"Missing argument '{metavar}'.")
    if everything and datasets:
        raise click.UsageError(f"--all has all data sets; {datasets[0]} cannot be named beside it")
    if not everything and not datasets:
        raise click.UsageError("Missing argument 'ID...', or --all.")
    return datasets, other


def moving_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that ``push`` and ``pull`` have both."""
    for option in (
        json_option,
        click.option(
            "--pythonpath",
            metavar="PYTHON",
            help="The Python on the other computer that has datamaestro.",
        ),
        rate_option,
        click.option(
            "--jobs", "-j", type=click.IntRange(1), help="Files that travel at the same time."
        ),
        partial_option,
        filter_option,
        click.option("--dry-run", is_flag=True, help="Only say what would travel."),
    ):
        command = option(command)
    return command


class Report(NamedTuple):
    """Says what has been moved, a line per data set, or all as JSON.

    Args:
        options: of the command.
        as_json: which of the two.
        verb: what has been done to files.
    """

    options: Options
    as_json: bool
    verb: str = "travelled"

    def tell(self, moved: Moved) -> None:
        """Say it of one data set."""
        if moved.missing:
            names = harmless(", ".join(moved.missing))
            self.options.note(f"datamaestro: {moved.dataset} is moved without {names}")
        if not self.as_json:
            self.options.tell(f"{moved.dataset}  {self._words(moved)}")

    def end(self, moved: list[Moved]) -> None:
        """Say what is only said of all."""
        if self.as_json:
            from attrs import asdict

            facts = [asdict(one) for one in moved]
            if not self.verb.startswith(WOULD):
                for one in facts:
                    del one["paths"]
            self.options.tell(json.dumps(facts, indent=2))

    def _words(self, moved: Moved) -> str:
        from datamaestro.sizes import shown_size

        words = "all is there"
        if moved.files:
            words = (
                f"{moved.files:,} of {moved.total_files:,} files {self.verb}, "
                f"{shown_size(moved.size)} of {shown_size(moved.total_size)}"
            )
        if moved.replaces:
            goes = "would go" if self.verb.startswith(WOULD) else "went"
            words += (
                f"; another version of {harmless(', '.join(moved.replaces))} {goes} to the trash"
            )
        return words
