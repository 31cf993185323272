"""How long a command takes that does little, beside a Python that imports click and ends.

That peer is the least that any command line made with click can take. Run as
``python -m benchmarks.startup``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.measure import (
    Command,
    Spread,
    compare,
    print_heading,
    print_table,
    rounds_asked_for,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.measure import Comparison, Cost

DATASET = "edu.uci.optdigits"
"""A data set that comes with datamaestro and needs no network."""

COMMANDS = {
    ("--help",): "2.0",
    ("version",): "2.0",
    ("search",): "2.0 with a compiled catalogue",
    ("info", DATASET): "2.0 with a compiled catalogue",
    ("plugins",): "",
}
"""What is measured, and its budget as a multiple of the peer (design, section 9)."""

PLACES = {
    "DATAMAESTRO_DIR": "data",
    "PYTHONPYCACHEPREFIX": "compiled",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
}
"""Variables that say where something is written, and its folder below that of the run."""

REPEATS = 1000


@frozen
class Bench:
    """The datamaestro that is installed beside this Python, with a data directory of its own.

    Args:
        folder: empty at first; what datamaestro writes goes below it.

    """

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of this process, without what the user has set for Python or datamaestro.

        Compiled modules have a folder of their own: then they are there in every round, also where
        Python is told not to write any, and the source tree of an editable install stays as it is.
        """
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATAMAESTRO_", "PYTHON", "XDG_"))
        }
        return others | {name: str(self.folder / place) for name, place in PLACES.items()}

    def command(self, *arguments: str) -> Command:
        """Return a command that does not see the source tree, since it runs elsewhere."""
        return Command(arguments, self.folder, self.environment)

    def datamaestro(self, *arguments: str) -> Command:
        """Return a run of the program that ``pip install`` made.

        Raises:
            SystemExit: it is not installed.

        """
        program = Path(sysconfig.get_path("scripts"), "datamaestro")
        if not program.exists():
            raise SystemExit(f"no {program}: install datamaestro for {sys.executable} first")
        return self.command(str(program), *arguments)

    def prepare_times(self, repeats: int) -> list[float]:
        """Return seconds of the first ``prepare`` and of each repeat, in a process of its own."""
        program = Path(__file__).with_name("prepare_again.py")
        done = subprocess.run(
            [sys.executable, "-P", program, DATASET, str(repeats)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        times: list[float] = json.loads(done.stdout)
        return times


def main() -> None:
    """Print the table of commands, and that of ``prepare``."""
    rounds = rounds_asked_for("How long commands take that do little.", usual=25)
    with tempfile.TemporaryDirectory(prefix="datamaestro-bench-") as folder:
        bench = Bench(Path(folder))
        print_commands(bench, rounds)
        print_prepare(bench)


def print_commands(bench: Bench, rounds: int) -> None:
    """Print what commands take. The first row, the peer beside itself, shows the noise."""
    peer = bench.command(sys.executable, "-c", "import click")
    found = {'python -c "import click"': (compare(peer, peer, rounds), "")}
    for arguments, budget in COMMANDS.items():
        name = " ".join(("datamaestro", *arguments))
        found[name] = compare(bench.datamaestro(*arguments), peer, rounds), budget
    print_heading(f"Whole process, medians of {rounds} rounds")
    print_table(
        ("command", "wall ms", "CPU ms", "x wall", "middle half", "x CPU", "budget"),
        [command_row(name, comparison, budget) for name, (comparison, budget) in found.items()],
    )


def command_row(name: str, comparison: Comparison, budget: str) -> tuple[str, ...]:
    """Return a row of the table of commands."""
    ratio = comparison.ratio(wall)
    return (
        f"`{name}`",
        f"{comparison.spread(wall).median * 1e3:.1f}",
        f"{comparison.spread(cpu).median * 1e3:.1f}",
        f"{ratio.median:.2f}",
        f"{ratio.low:.2f} to {ratio.high:.2f}",
        f"{comparison.ratio(cpu).median:.2f}",
        budget,
    )


def print_prepare(bench: Bench) -> None:
    """Print what ``prepare`` of data on disk takes: the first in a process, and those after it."""
    bench.prepare_times(0)  # brings the data to disk
    first, *later = (1e3 * seconds for seconds in bench.prepare_times(REPEATS))
    spread = Spread.of(later)
    print_heading(f"Prepare of what is on disk, in process, median of {len(later)}")
    print_table(
        ("call", "first ms", "again ms", "middle half", "budget ms"),
        [
            (
                f'`Context.prepare("{DATASET}")`',
                f"{first:.1f}",
                f"{spread.median:.3f}",
                f"{spread.low:.3f} to {spread.high:.3f}",
                "1",
            )
        ],
    )


def wall(cost: Cost) -> float:
    """Return the time from start to end."""
    return cost.wall


def cpu(cost: Cost) -> float:
    """Return the processor time."""
    return cost.cpu


if __name__ == "__main__":
    main()
