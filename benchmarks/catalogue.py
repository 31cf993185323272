"""How long it takes to find something among very many data sets, and to compile the index of them.

Run as ``python -m benchmarks.catalogue``; ``README.md`` says what the tables have.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from benchmarks.asked import MIB
from benchmarks.contest import peak_text
from benchmarks.installed import Bench, environment
from benchmarks.invented import HERE, Invented
from benchmarks.measure import (
    compare,
    compare_once,
    cpu,
    parser_with_rounds,
    print_heading,
    print_table,
    wall,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Action, Comparison, Cost

SEARCHES = (
    ("rainfall",),
    ("rainfall", "norway", "daily"),
    ("tag:climate", "type:Generic"),
    ("id:^fr.*_peru_(raw|daily)_",),
    ("size:>9GB", "-tag:law"),
    ("nothing.has.this.name",),
)
"""What is searched for among invented data sets."""

NEAR = HERE.replace("numbers", "nubmers")
"""An id that nobody has, though one is like it."""

LINES = ("info com.", "info org.example.here.n", "search tag:cl")
"""What is typed when the shell asks how it may go on."""

REAL_SEARCHES: tuple[tuple[str, ...], ...] = ((), ("tag:information.retrieval",), ("beir",))
"""What is searched for among real ones."""

REAL = "com.lecun.mnist"

PROJECT = Path(__file__).parents[1]

NO_SUCH_DATA_SET = 3
"""The exit code."""

HEADINGS = ("command", "wall ms", "CPU ms", "x wall", "middle half", "x CPU", "peak MiB", "budget")


@frozen
class Row:
    """What is run, and how it is shown.

    Args:
        name: what is shown.
        action: its run.
        budget: as a multiple of the peer.

    """

    name: str
    action: Action
    budget: str = ""

    def cells(self, found: Comparison) -> tuple[str, ...]:
        """Return what is shown of its runs."""
        ratio = found.ratio(wall)
        once = len(found.pairs) == 1
        return (
            self.name,
            f"{found.spread(wall).median * 1e3:.0f}",
            f"{found.spread(cpu).median * 1e3:.0f}",
            f"{ratio.median:.2f}",
            "once" if once else f"{ratio.low:.2f} to {ratio.high:.2f}",
            f"{found.ratio(cpu).median:.2f}",
            peak_text(found.peak),
            self.budget,
        )


def main() -> None:
    """Print the tables that are asked for."""
    asked = asked_for()
    with tempfile.TemporaryDirectory(prefix="datamaestro-bench-", dir=asked.folder) as name:
        for table in asked.tables or TABLES:
            folder = Path(name, table)
            folder.mkdir()
            TABLES[table](folder, asked)


def asked_for() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_with_rounds("How long it takes to find a data set among very many.", 15)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}")
    parser.add_argument("--data-sets", type=int, default=100_000, help="(default: %(default)s)")
    parser.add_argument("--repositories", type=int, default=50, help="(default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where all is written")
    parser.add_argument("--packages", nargs="+", default=[], help="real ones, as pip knows them")
    parser.add_argument("--earlier", help="another datamaestro, as pip knows it")
    asked = parser.parse_args()
    if unknown := set(asked.tables) - {*TABLES}:
        parser.error(f"there is no table {', '.join(sorted(unknown))}")
    return asked


def print_invented(folder: Path, asked: argparse.Namespace) -> None:
    """Print what invented data sets take: to be compiled, and then to be found."""
    site = folder / "site"
    invented = Invented(site, asked.repositories, asked.data_sets)
    invented.install()
    bench = Bench(folder, {"PYTHONPATH": str(site)})
    size = f"{asked.data_sets:,} data sets in {asked.repositories} repositories"
    print_compiling(size, bench, invented.record(0))
    bench.datamaestro("prepare", HERE)()
    rows = [
        *(search(bench, terms, "3") for terms in SEARCHES),
        search(bench, ()),
        Row("`info`", bench.datamaestro("info", HERE), "2"),
        Row(
            "`info` of an unknown id",
            evolve(bench.datamaestro("info", NEAR), code=NO_SUCH_DATA_SET),
        ),
        *(completion(bench, line) for line in LINES),
        Row("`prepare` of what is on disk", bench.datamaestro("prepare", HERE)),
        Row("`repositories`", bench.datamaestro("repositories")),
    ]
    print_rows(f"{size}, whole process", bench, rows, asked.rounds)


def search(bench: Bench, terms: Sequence[str], budget: str = "") -> Row:
    """Return a search."""
    return Row(
        f"`{' '.join(('search', *terms))}`".replace("|", "\\|"),
        bench.datamaestro("search", *terms),
        budget,
    )


def completion(bench: Bench, line: str) -> Row:
    """Return what bash asks when somebody presses the tabulator key."""
    asked = {"_DATAMAESTRO_COMPLETE": "bash_complete", "COMP_LINE": f"datamaestro {line}"}
    asking = evolve(bench, variables={**bench.variables, **asked})
    return Row(f"completion of `{line}`", asking.datamaestro(), "2")


def print_compiling(what: str, bench: Bench, record: Path) -> None:
    """Print what the index takes to be compiled, and again after some changes; each once.

    Args:
        what: is compiled.
        bench: where nothing has been yet.
        record: the RECORD of one of the packages.

    """

    def first() -> Cost:
        """Search where nothing is compiled, but for modules by Python."""
        next(bench.cache.rglob("*.sqlite")).unlink()
        return searching()

    def changed() -> Cost:
        """Search after one package has been installed again."""
        record.touch()
        return searching()

    def unread() -> Cost:
        """Search where the index has to be read from the disk."""
        leave_cache(next(bench.cache.rglob("*.sqlite")))
        return searching()

    searching = bench.datamaestro("search", "nothing.has.this.name")
    rows = [
        Row("the first search ever", searching),
        Row("the first where Python has compiled the modules", first),
        Row("after one repository has been installed again", changed),
        Row("after nothing has changed", searching),
        Row("the same, the index not in the disk's cache", unread),
    ]
    peer = bench.python("-c", "import click")
    peer()
    found = [row.cells(compare_once(row.action, peer)) for row in rows]
    index = next(bench.cache.rglob("*.sqlite")).stat().st_size
    print_heading(f"Compiling the index of {what}, which then has {index / MIB:.0f} MiB")
    print_table(HEADINGS, found)


def leave_cache(path: Path) -> None:
    """Let a file no longer be in the disk's cache, as after a start of the machine."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def print_rows(title: str, bench: Bench, rows: Sequence[Row], rounds: int) -> None:
    """Print what commands take, each beside a Python that imports click and ends."""
    peer = Row('`python -c "import click"`', bench.python("-c", "import click"))
    found = [row.cells(compare(row.action, peer.action, rounds)) for row in (peer, *rows)]
    print_heading(f"{title}, medians of {rounds} rounds")
    print_table(HEADINGS, found)


def print_real(folder: Path, asked: argparse.Namespace) -> None:
    """Print what real packages take, here and under the earlier version."""
    if not asked.packages:
        print("\nReal packages are skipped: --packages names none.")
        return
    packages = ", ".join(asked.packages)
    here = environment(folder / "here", f"{PROJECT}[xpm]", *asked.packages)
    print_compiling(packages, here, next(here.folder.rglob("datamaestro_*.dist-info/RECORD")))
    rows = [
        *(search(here, terms, "2") for terms in REAL_SEARCHES),
        Row("`info`", here.datamaestro("info", REAL), "2"),
        completion(here, f"info {REAL[:8]}"),
    ]
    if asked.earlier:
        earlier = environment(folder / "earlier", asked.earlier, *asked.packages)
        rows += [
            evolve(row, name=f"{asked.earlier} {row.name}")
            for row in [search(earlier, terms) for terms in REAL_SEARCHES]
        ]
    program = here.scripts / "ir_datasets"
    if program.exists():
        rows.append(Row("`ir_datasets list`", here.command(str(program), "list")))
    print_rows(f"Whole process, with {packages}", here, rows, asked.rounds)


TABLES = {"invented": print_invented, "real": print_real}
"""What can be asked for, and what prints it."""


if __name__ == "__main__":
    main()
