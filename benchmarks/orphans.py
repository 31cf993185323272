"""How long it takes to find what belongs to no data set among very many files, beside ``find``.

Run as ``python -m benchmarks.orphans``; ``README.md`` says what the table has.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Command, Comparison

HEADINGS = ("command", "wall s", "CPU s", "x wall", "middle half", "x CPU", "peak MiB")

FILE = "{:07}.txt"
"""The name of a file, by its number."""

PER_FOLDER = 1000
"""How many files each data set has."""

REPOSITORY = """
import datamaestro

class Repository(datamaestro.Repository):
    NAMESPACE = "bench"
"""

DEFINITIONS = """
from datamaestro.data import Folder
from datamaestro.definitions import dataset
from datamaestro.download.archive import tardownloader

def define(number):
    @tardownloader("files", f"http://localhost/{{number}}.tar")
    @dataset(Folder, id=f"org.example.n{{number}}")
    def data(files):
        return Folder(path=files)
    return data

for number in range({count}):
    globals()[f"data{{number}}"] = define(number)
"""


def main() -> None:
    """Print the table."""
    parser = parser_with_rounds(str(__doc__), 5)
    parser.add_argument("--files", type=int, default=1_000_000, help="(default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where all is written")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
        print_orphans(Path(scratch), asked)


def print_orphans(folder: Path, asked: argparse.Namespace) -> None:
    """Print what each command takes."""
    folders = max(2, asked.files // PER_FOLDER)
    many, flat = folder / "many", folder / "flat"
    for number in range(folders):
        fill(many / f"data/bench/org/example/n{number}", PER_FOLDER)
        write_records(many, f"org.example.n{number}", PER_FOLDER)
    fill(flat / "data/bench", folders * PER_FOLDER)
    all_known, half = (installed(folder, count) for count in (folders, folders // 2))
    rows: dict[str, Command] = {
        "`find`": all_known.command("find", str(many)),
        "`orphans`, all are known": orphans(all_known, many),
        "`orphans`, half are strays in folders": orphans(half, many),
        "`orphans`, all are strays, a line each": orphans(all_known, flat),
        "`find -printf '%b %i'`": all_known.command("find", str(many), "-printf", "%b %i\n"),
        "`du -s`": all_known.command("du", "-s", str(many)),
        "`orphans --size`, half are strays": orphans(half, many, "--size"),
        "`orphans --size`, all are strays, a line each": orphans(all_known, flat, "--size"),
    }
    for command in rows.values():
        command()  # which compiles the index, too
    found = compare_in_turns(list(rows.values()), asked.rounds)
    title = f"{folders * PER_FOLDER:,} files in {folders:,} folders"
    print_heading(f"{title}, whole process, medians of {asked.rounds} rounds")
    print_table(HEADINGS, [cells(*row) for row in zip(rows, found, strict=True)])


def write_records(directory: Path, dataset_id: str, count: int) -> None:
    """Write the manifest of a data set whose folder is full, and the sidecar that it has."""
    state = directory / "state/bench"
    state.mkdir(parents=True, exist_ok=True)
    entry = {"path": ".", "recipe": "0" * 64, "folder": True}
    document = {"format": 1, "dataset": f"{dataset_id}@bench", "resources": {"files": entry}}
    (state / f"{dataset_id}.json").write_text(json.dumps(document))
    facts = {"size": 0, "mtime_ns": 0, "sha256": "0" * 64}
    lines = (json.dumps({"path": FILE.format(number), **facts}) for number in range(count))
    (state / f"{dataset_id}.files.jsonl").write_text("".join(f"{line}\n" for line in lines))


def fill(folder: Path, count: int) -> None:
    """Make a folder of empty files."""
    folder.mkdir(parents=True)
    opened = os.open(folder, os.O_RDONLY)
    for number in range(count):
        os.mknod(FILE.format(number), 0o100644, dir_fd=opened)
    os.close(opened)


def installed(folder: Path, count: int) -> Bench:
    """Return a datamaestro with a repository of some data sets."""
    own = folder / f"with-{count}"
    package = own / "site/repository_of_orphans"
    info = own / "site/repository_of_orphans-1.0.dist-info"
    texts = {
        package / "__init__.py": REPOSITORY,
        package / "config/all.py": DEFINITIONS.format(count=count),
        info / "METADATA": "Metadata-Version: 2.1\nName: repository-of-orphans\nVersion: 1.0\n",
        info / "entry_points.txt": (
            "[datamaestro.repositories]\nbench = repository_of_orphans:Repository\n"
        ),
        info / "RECORD": "",
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Bench(own, {"PYTHONPATH": str(own / "site")})


def orphans(bench: Bench, directory: Path, *options: str) -> Command:
    """Return the command for a data directory."""
    return bench.datamaestro("--data", str(directory), "orphans", *options)


def cells(name: str, found: Comparison) -> Sequence[str]:
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
    )


if __name__ == "__main__":
    main()
