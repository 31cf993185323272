"""How long it takes to copy data sets to another computer and back, beside ``rsync -a -e ssh``.

Run as ``python -m benchmarks.moving_over_ssh``; ``README.md`` says what the tables have.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.asked import UNITS
from benchmarks.installed import Bench
from benchmarks.measure import compare_in_turns, parser_with_rounds, print_heading, print_table
from benchmarks.moving import DATA, HEADINGS, ID, Row, cells, make
from benchmarks.sshd import HOST, other_computer
from benchmarks.versions import versions
from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Print the tables."""
    parser = parser_with_rounds(str(__doc__), 5)
    parser.add_argument("--large", type=int, default=4, help="files of 256 MiB")
    parser.add_argument("--small", type=int, default=10_000, help="files of 10 kB")
    parser.add_argument("--folder", type=Path, help="where all is written")
    asked = parser.parse_args()
    where = asked.folder or tempfile.gettempdir()
    print(f"\nMoving by ssh below {where}: {versions(['rsync'], [])}.")
    missing = [name for name in ("rsync", "ssh", "sshd", "ssh-keygen") if find(name) is None]
    if missing:
        print(f"\nThis is skipped: no {', '.join(missing)}.")
        return
    for count, size in ((asked.large, 256 * UNITS["MiB"]), (asked.small, 10 * UNITS["kB"])):
        with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
            folder, bench = Path(scratch), Bench(Path(scratch), {})
            with other_computer(folder / "sshd", bench.scripts) as ssh:
                bench = Bench(folder, {"DATAMAESTRO_SSH": ssh})
                print_moves(bench, ssh, count, size, asked)


def print_moves(bench: Bench, ssh: str, count: int, size: int, asked: argparse.Namespace) -> None:
    """Print what each command takes for a data set of some files."""
    here, ours, theirs = (bench.folder / name for name in ("here", "pushed", "copied"))
    make(here, count, size)

    def nothing(target: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(target, ignore_errors=True)

    def to(target: Path) -> str:
        return f"{HOST}:{target}"

    copied = bench.command("rsync", "-a", "-e", ssh, f"{here / DATA}/", f"{to(theirs)}/")
    fetched = bench.command("rsync", "-a", "-e", ssh, f"{to(here / DATA)}/", f"{theirs}/")
    pushed = bench.datamaestro("--data", str(here), "push", ID, to(ours))
    pulled = bench.datamaestro("--data", str(ours), "pull", ID, to(here))
    rows = {
        "`rsync -a -e ssh` to there": Row(copied, nothing(theirs)),
        "`push`": Row(pushed, nothing(ours)),
        "`push`, all is there": Row(pushed),
        "`rsync -a -e ssh` from there": Row(fetched, nothing(theirs)),
        "`pull`": Row(pulled, nothing(ours)),
    }
    for row in rows.values():
        row()
    found = compare_in_turns(list(rows.values()), asked.rounds)
    title = f"{count:,} files of {size:,} bytes by ssh"
    print_heading(f"{title}, whole process, medians of {asked.rounds} rounds")
    lines = zip(rows, rows.values(), found, strict=True)
    print_table(HEADINGS, [cells(name, row.travelled(), one) for name, row, one in lines])


if __name__ == "__main__":
    main()
