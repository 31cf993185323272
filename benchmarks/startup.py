"""How long a command takes that does little, beside a Python that imports click and ends.

That peer is the least that any command line made with click can take. Run as
``python -m benchmarks.startup``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.installed import Bench
from benchmarks.measure import (
    Spread,
    compare,
    cpu,
    parser_with_rounds,
    print_heading,
    print_table,
    wall,
)

if TYPE_CHECKING:
    from benchmarks.measure import Comparison

DATASET = "edu.uci.optdigits"
"""A data set that comes with datamaestro and needs no network."""

COMMANDS = {
    ("--help",): "2.0",
    ("version",): "2.0",
    ("search",): "2.0 with a compiled catalogue",
    ("info", DATASET): "2.0 with a compiled catalogue",
    ("list",): "",
    ("plugins",): "",
}
"""What is measured, and its budget as a multiple of the peer (design, section 9)."""

REPEATS = 1000


def main() -> None:
    """Print the table of commands, and that of ``prepare``."""
    rounds = parser_with_rounds("How long commands take that do little.", 25).parse_args().rounds
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
    """Print what ``prepare`` of data on disk takes: the first in a process, and those after it.

    In one data directory; in one's own, beside two shared ones; and in the second of these.
    """
    prepare_times(bench, 0)  # brings the data to disk
    own, others = bench.environment["DATAMAESTRO_DIR"], [bench.folder / name for name in "ab"]
    for each in others:
        each.mkdir()
    first, second = map(str, others)
    ways = {
        "": {},
        ", two shared directories beside it": {"DATAMAESTRO_SHARED": f"{first}:{second}"},
        ", in the second shared directory": {
            "DATAMAESTRO_DIR": first,
            "DATAMAESTRO_SHARED": f"{second}:{own}",
        },
    }
    print_heading(f"Prepare of what is on disk, in process, median of {REPEATS}")
    print_table(
        ("call", "first ms", "again ms", "middle half", "budget ms"),
        [prepare_row(where, prepare_times(bench, REPEATS, **way)) for where, way in ways.items()],
    )


def prepare_row(where: str, seconds: list[float]) -> tuple[str, ...]:
    """Return a row of the table of ``prepare``."""
    first, *later = (1e3 * each for each in seconds)
    spread = Spread.of(later)
    return (
        f'`Context.prepare("{DATASET}")`{where}',
        f"{first:.1f}",
        f"{spread.median:.3f}",
        f"{spread.low:.3f} to {spread.high:.3f}",
        "1",
    )


def prepare_times(bench: Bench, repeats: int, **environment: str) -> list[float]:
    """Return seconds of the first ``prepare`` and of each repeat, in a process of its own."""
    program = Path(__file__).with_name("prepare_again.py")
    done = subprocess.run(
        [sys.executable, "-P", program, DATASET, str(repeats)],
        cwd=bench.folder,
        env={**bench.environment, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    times: list[float] = json.loads(done.stdout)
    return times


if __name__ == "__main__":
    main()
