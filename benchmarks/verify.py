"""How long it takes to verify what is on disk, beside digests of the same files by sha256sum.

Run as ``python -m benchmarks.verify``; ``README.md`` says what the table has.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.installed import Bench
from benchmarks.measure import (
    Command,
    compare,
    cpu,
    parser_with_rounds,
    print_heading,
    print_table,
    wall,
)
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry, Manifest, manifest_text, write_sidecar
from datamaestro.store.replacing import replace
from datamaestro.store.trees import read_tree, tree_digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.measure import Comparison

MIB = 1 << 20
FILES_PER_FOLDER = 500
PROCESSES = 2
ROUNDS = 5

SUMS = "find . -type f -print0 | xargs -0 -P{processes} -n{several} {program}"
LOOKS = "find . -type f -printf '%s %T@ %p\\0'"


@frozen
class Kind:
    """Files of one size.

    Args:
        name: what they are.
        files: how many.
        size: of each, in bytes.
        several: files that one process of the peer is given.
        budget: what *x wall* is allowed to be.

    """

    name: str
    files: int
    size: int
    several: int
    budget: str


KINDS = (
    Kind("few large", 4, 256 * MIB, 1, "1.1"),
    Kind("many small", 100_000, 2000, 1000, ""),
)


def main() -> None:
    """Print the table."""
    parser = parser_with_rounds("How long it takes to verify what is on disk.", ROUNDS)
    parser.add_argument("--folder", type=Path, help="where files are written")
    asked = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="datamaestro-bench-", dir=asked.folder) as folder:
            bench = Bench(Path(folder))
            rows += compared(kind, bench, put_on_record(kind, bench.data), asked.rounds)
    print_heading(f"Verifying, two at a time, medians of {asked.rounds} rounds")
    headings = ("files", "command", "wall s", "CPU s", "x wall", "middle half", "x CPU", "budget")
    print_table(headings, rows)


def put_on_record(kind: Kind, root: Path) -> Path:
    """Make a data set of such files; return its folder."""
    holding = Holding(Store(root), "org.example.bench", "bench")
    chance = random.Random(1)
    block = chance.randbytes(min(kind.size, MIB) + kind.files)
    for number in range(kind.files):
        folder = holding.folder / f"{number // FILES_PER_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{number:06}.bin").open("wb") as file:
            left = kind.size
            while left > 0:
                part = block[number : number + min(left, MIB)]
                file.write(part)
                left -= len(part)
    facts = list(read_tree(holding.folder))
    entry = Entry(".", "r", folder=True, result=tree_digest(facts))
    write_sidecar(holding.store.sidecar(holding), facts)
    record = manifest_text(holding.identity, Manifest({"all": entry}))
    replace(holding.store.manifest(holding), record)
    return holding.folder


def compared(kind: Kind, bench: Bench, folder: Path, rounds: int) -> Iterable[tuple[str, ...]]:
    """Iterate over the rows of such files."""

    def shell(line: str) -> Command:
        return Command(("sh", "-c", line), folder, bench.environment)

    def sums(program: str) -> Command:
        return shell(SUMS.format(processes=PROCESSES, several=kind.several, program=program))

    peer, jobs = sums("sha256sum"), str(PROCESSES)
    yield row(kind, f"`sha256sum`, {kind.several} each", compare(peer, peer, rounds), "")
    if shutil.which("openssl"):
        other = sums("openssl dgst -r -sha256")
        yield row(kind, "`openssl dgst -sha256`", compare(other, peer, rounds), "")
    ours = bench.datamaestro("verify", "--jobs", jobs)
    yield row(kind, f"`datamaestro verify --jobs {jobs}`", compare(ours, peer, rounds), kind.budget)
    quick, look = bench.datamaestro("verify", "--quick"), shell(LOOKS)
    yield row(kind, "`find -printf` of sizes and times", compare(look, look, rounds), "")
    yield row(kind, "`datamaestro verify --quick`", compare(quick, look, rounds), "")


def row(kind: Kind, name: str, comparison: Comparison, budget: str) -> tuple[str, ...]:
    """Return a row of the table."""
    ratio = comparison.ratio(wall)
    size = f"{kind.size // MIB} MiB" if kind.size >= MIB else f"{kind.size:,} bytes"
    return (
        f"{kind.files:,} of {size}",
        name,
        f"{comparison.spread(wall).median:.2f}",
        f"{comparison.spread(cpu).median:.2f}",
        f"{ratio.median:.2f}",
        f"{ratio.low:.2f} to {ratio.high:.2f}",
        f"{comparison.ratio(cpu).median:.2f}",
        budget,
    )


if __name__ == "__main__":
    main()
