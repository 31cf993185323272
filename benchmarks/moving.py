"""How long it takes to copy data sets into another data directory, beside ``rsync -a``.

Run as ``python -m benchmarks.moving``; ``README.md`` says what the tables have.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from benchmarks.asked import UNITS
from benchmarks.contest import peak_text
from benchmarks.installed import Bench
from benchmarks.measure import (
    compare_in_turns,
    cpu,
    parser_with_rounds,
    print_heading,
    print_table,
    wall,
)
from benchmarks.versions import versions
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry
from datamaestro.store.records import DatasetRecords
from datamaestro.store.trees import read_tree, tree_digest
from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Command, Comparison, Cost

ID = "org.example.moved"
DATA = "data/bench/org/example/moved/all"
HEADINGS = ("command", "wall s", "CPU s", "x wall", "middle half", "x CPU", "peak MiB", "bytes")

CHANGED = 100
"""Of so many files one is another one, where something has changed."""


def main() -> None:
    """Print the tables."""
    parser = parser_with_rounds(str(__doc__), 5)
    parser.add_argument("--large", type=int, default=4, help="files of 256 MiB")
    parser.add_argument("--small", type=int, default=10_000, help="files of 10 kB")
    parser.add_argument("--folder", type=Path, help="where all is written")
    asked = parser.parse_args()
    print(f"\nMoving below {asked.folder or tempfile.gettempdir()}: {versions(['rsync'], [])}.")
    if find("rsync") is None:
        print("\nThis is skipped: no rsync.")
        return
    for count, size in ((asked.large, 256 * UNITS["MiB"]), (asked.small, 10 * UNITS["kB"])):
        with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
            print_moves(Path(scratch), count, size, asked)


def print_moves(folder: Path, count: int, size: int, asked: argparse.Namespace) -> None:
    """Print what each command takes for a data set of some files."""
    bench = Bench(folder, {})
    here, changed = folder / "here", folder / "changed"
    make(here, count, size)
    shutil.copytree(here, changed)
    make(changed, count, size, changed=True)
    ours, theirs = folder / "pushed", folder / "copied"

    def push(root: Path, *options: str) -> Command:
        return bench.datamaestro("--data", str(root), "push", ID, str(ours), *options)

    def rsync(root: Path, *options: str) -> Command:
        return bench.command("rsync", "-a", *options, f"{root / DATA}/", f"{theirs}/")

    def nothing(target: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(target, ignore_errors=True)

    rows = {
        "`rsync -a`, nothing is there": Row(rsync(here), nothing(theirs)),
        "`push`, nothing is there": Row(push(here), nothing(ours)),
        "`push --jobs 1`, nothing is there": Row(push(here, "--jobs", "1"), nothing(ours)),
        "`rsync -a`, all is there": Row(rsync(here)),
        "`push`, all is there": Row(push(here)),
        "`rsync -a --checksum`, all is there": Row(rsync(here, "--checksum")),
        "`rsync -a`, some has changed": Row(rsync(changed), rsync(here, "--delete")),
        "`push`, some has changed": Row(push(changed), push(here)),
    }
    for row in rows.values():
        row()
    found = compare_in_turns(list(rows.values()), asked.rounds)
    title = f"{count:,} files of {size:,} bytes"
    print_heading(f"{title}, whole process, medians of {asked.rounds} rounds")
    lines = zip(rows, rows.values(), found, strict=True)
    print_table(HEADINGS, [cells(name, row.travelled(), one) for name, row, one in lines])


@frozen
class Row:
    """A command, and what is done before it each time."""

    command: Command
    before: Callable[[], object] = field(default=lambda: None)

    def __call__(self) -> Cost:
        """Run the command; return what it took, and not what was done before."""
        self.before()
        return self.command()

    def travelled(self) -> int:
        """Return the bytes of the files that it copies, as it says itself."""
        self.before()
        program, *arguments = self.command.arguments
        counting = "--stats" if program.endswith("rsync") else "--json"
        told = subprocess.run(
            [program, *arguments, counting],
            env=self.command.environment,
            cwd=self.command.folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if counting == "--json":
            return sum(moved["size"] for moved in json.loads(told))
        said = re.search(r"Total transferred file size: ([\d,.]+)", told)
        return int(re.sub(r"\D", "", said[1])) if said else 0


def make(root: Path, count: int, size: int, *, changed: bool = False) -> None:
    """Put a data set of some files into a data directory, and record it."""
    holding = Holding(Store(root), ID, "bench")
    scratch = root / "partial/scratch"
    scratch.mkdir(parents=True)
    for number in range(count):
        seed = number + count if changed and number % CHANGED == 0 else number
        write(scratch / f"{number // 1000:04}/{number:07}", size, seed)
    below = tuple(read_tree(scratch))
    recipe = hashlib.sha256(ID.encode()).hexdigest()
    entry = Entry("all", recipe, folder=True, result=tree_digest(below))
    DatasetRecords(holding.store, holding).publish([Made("ALL", entry, scratch, below)], anew=True)


def write(path: Path, size: int, seed: int) -> None:
    """Write bytes that are drawn by chance, the same each time."""
    path.parent.mkdir(exist_ok=True)
    drawn = random.Random(seed)
    with path.open("wb") as file:
        while size:
            block = drawn.randbytes(min(size, UNITS["MiB"]))
            file.write(block)
            size -= len(block)
    os.utime(path, (10**9, 10**9 + seed))


def cells(name: str, travelled: int, found: Comparison) -> Sequence[str]:
    """Return a row of the table."""
    ratio = found.ratio(wall)
    return (
        name,
        f"{found.spread(wall).median:.2f}",
        f"{found.spread(cpu).median:.2f}",
        f"{ratio.median:.2f}",
        f"{ratio.low:.2f} to {ratio.high:.2f}",
        f"{found.ratio(cpu).median:.2f}",
        peak_text(found.peak),
        f"{travelled:,}",
    )


if __name__ == "__main__":
    main()
