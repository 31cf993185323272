"""How long it takes to expand and unpack, how much memory and room, beside what else does.

Run as ``python -m benchmarks.archives``; ``README.md`` says what the tables have.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.asked import MIB, AskedArchives, archives_asked
from benchmarks.contest import print_turns
from benchmarks.installed import Bench
from benchmarks.packing import Archive, Wanted, make_archives
from benchmarks.published import install_repository
from benchmarks.server import running_nginx
from benchmarks.unpacking import LIBRARIES, Unpacking
from benchmarks.versions import versions
from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.contest import Contender

PROGRAMS = ("gzip", "pigz", "tar", "bsdtar", "unzip", "nginx", "curl")
UNLIMITED = 0
"""The rate that nginx takes for none."""

IGZIP = 'exec "$python" -m isal.igzip -dc "$archive" >"$file"'
CHECK = 'echo "$sha256  $name" | sha256sum -c --quiet'
PASSES = f'curl -q -sSfO "$url"; {CHECK}; tar -xzf "$name"'
SUMS = """
echo "$sha256  $archive" | sha256sum -c --quiet
tar -xf "$archive"
find . -type f -exec sha256sum {} +
"""
"""What datamaestro does, in passes."""


@frozen
class Table:
    """One table.

    Args:
        title: what is unpacked, given the archive.
        kind: of the archive.
        size: of it, given what is asked for.
        warming: size of the archive with which everything is run once before.
        needs: programs without which there is no table.
        contenders: what is run, the peer first.
        served: whether the archive comes from a server.

    """

    title: str
    kind: str
    size: Callable[[AskedArchives], int]
    warming: int
    needs: tuple[str, ...]
    contenders: Callable[[Unpacking], list[Contender]]
    served: bool = False

    def print(self, bench: Bench, archive: Archive, small: Archive, rounds: int) -> None:
        """Print it; first, all are run once with a small archive, which warms up."""
        for contender in self.contenders(Unpacking(bench, small)):
            contender()
        sizes = f"{archive.published.size / MIB:.0f} MiB that hold {archive.content / MIB:.0f} MiB"
        title = self.title.format(files=archive.files, sizes=sizes)
        print_turns(title, self.contenders(Unpacking(bench, archive)), archive.content, rounds)


def gunzip(run: Unpacking) -> list[Contender]:
    """Return what expands gzip."""
    return [
        *run.program("`gzip -dc >`", 'exec gzip -dc "$archive" >"$file"'),
        *run.datamaestro("0.4"),
        *run.program("`pigz -dc >`", 'exec pigz -dc "$archive" >"$file"', "pigz"),
        *run.program("`python -m isal.igzip -dc >`", IGZIP, library="isal"),
        *run.python("pooch `Decompress`", "decompress", library="pooch"),
        *run.python("Python's `gzip`, `copyfileobj`", "gzip"),
    ]


def untar(run: Unpacking) -> list[Contender]:
    """Return what unpacks tar."""
    return [
        *run.program("`tar -xf`", 'exec tar -xf "$archive"'),
        *run.datamaestro("2"),
        *run.program("`sha256sum -c; tar -xf;` `sha256sum` of each file", SUMS, checks=True),
        *run.program("`bsdtar -xf`", 'exec bsdtar -xf "$archive"', "bsdtar"),
        *run.python("Python's `tarfile`", "tarfile"),
    ]


def unzip(run: Unpacking) -> list[Contender]:
    """Return what unpacks zip."""
    return [
        *run.program("`unzip -q`", 'exec unzip -q "$archive"'),
        *run.datamaestro(""),
        *run.program("`bsdtar -xf`", 'exec bsdtar -xf "$archive"', "bsdtar"),
        *run.python("Python's `zipfile`", "zipfile"),
    ]


def joined(run: Unpacking) -> list[Contender]:
    """Return what downloads and unpacks a compressed tar."""
    return [
        *run.program("`curl \\| tar -xz`", 'curl -q -sSf "$url" | tar -xz'),
        *run.datamaestro("1.2"),
        *run.program("`curl \\| bsdtar -x`", 'curl -q -sSf "$url" | bsdtar -xf -', "bsdtar"),
        *run.program("`curl -O; sha256sum -c; tar -xzf`", PASSES, checks=True),
        *run.python("`pooch.retrieve`, `Untar`", "untar", library="pooch", checks=True),
    ]


TABLES = {
    "gunzip": Table(
        "Text that gzip has compressed: {sizes}",
        *("text", lambda asked: asked.text, 100_000, ("gzip",), gunzip),
    ),
    "tar": Table(
        "tar of {files:,} small files: {sizes}",
        *("tar", lambda asked: asked.files, 200, ("tar",), untar),
    ),
    "zip": Table(
        "zip of the same {files:,} small files: {sizes}",
        *("zip", lambda asked: asked.files, 200, ("unzip",), unzip),
    ),
    "joined": Table(
        "tar.gz of {files:,} files of mixed sizes, downloaded and unpacked: {sizes}",
        *("mixed", lambda asked: asked.size, 100_000, ("nginx", "curl", "tar"), joined),
        served=True,
    ),
}
"""What can be asked for."""


def main() -> None:
    """Print the tables that are asked for."""
    asked = archives_asked(TABLES)
    told = versions(PROGRAMS, [*LIBRARIES.values(), "pooch"])
    print(f"\nArchives below {asked.folder}: {told}.", flush=True)
    tables = {}
    for name in asked.tables:
        missing = [program for program in TABLES[name].needs if find(program) is None]
        if missing:
            print(f"\nThe table {name} is skipped: no {', '.join(missing)}.")
        else:
            tables[name] = TABLES[name]
    with prepared(asked, tables) as (bench, archives):
        for name, table in tables.items():
            table.print(bench, archives[name], archives[small(name)], asked.rounds)


def small(name: str) -> str:
    """Return the name of the small archive that is unpacked before a table's."""
    return f"{name}_small"


@contextmanager
def prepared(
    asked: AskedArchives, tables: dict[str, Table]
) -> Iterator[tuple[Bench, dict[str, Archive]]]:
    """Make the archives, start the server if one is needed, and install the data sets."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="datamaestro-bench-", dir=asked.folder)
            )
        )
        files = folder / "files"
        files.mkdir()
        wanted = {}
        for name, table in tables.items():
            where, url = files, files.as_uri()
            if table.served:
                server = stack.enter_context(running_nginx(folder / name, UNLIMITED))
                where, url = server.files, server.free
            for each, size in ((name, table.size(asked)), (small(name), table.warming)):
                wanted[each] = Wanted(table.kind, size, where, url)
        archives = make_archives(wanted)
        site = folder / "site"
        install_repository(site, [archive.published for archive in archives.values()])
        yield Bench(folder, {"PYTHONPATH": str(site)}), archives


if __name__ == "__main__":
    main()
