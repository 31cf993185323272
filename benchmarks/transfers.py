"""How long downloads take, and how much memory, beside what else downloads files.

All files come from an nginx on the loopback interface that this program starts. Run as
``python -m benchmarks.transfers``; ``README.md`` says what the tables have.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.asked import MIB, PARALLEL, AskedTransfers, shown, transfers_asked
from benchmarks.contest import Contender, peak_text, print_contest
from benchmarks.installed import Bench
from benchmarks.measure import print_heading, print_table
from benchmarks.published import MODULE, Published, install_repository, make_file
from benchmarks.server import running_nginx
from benchmarks.tools import LIBRARIES, PROGRAMS, Tools, installed
from benchmarks.versions import versions
from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.server import Server

MEMORY_SIZES = (64 * MIB, 256 * MIB)
"""What is looked at beside the full size: memory has to stay, whatever the size."""

MEMORY_RUNS = 3


@frozen
class Run:
    """What the tables share.

    Args:
        asked: what the command line asks for.
        bench: the datamaestro that is installed.
        published: what can be downloaded, by the last word of its data set's id.

    """

    asked: AskedTransfers
    bench: Bench
    published: dict[str, Published]

    def tools(self, name: str) -> Tools:
        """Return the downloads of something published."""
        return Tools(self.bench, self.published[name])


def main() -> None:
    """Print the tables that are asked for."""
    asked = transfers_asked(TABLES)
    missing = [program for program in PROGRAMS if find(program) is None]
    if missing:
        packages = " ".join(PROGRAMS[program] for program in missing)
        print(f"\nTransfers are skipped: no {', '.join(missing)} (apt install {packages}).")
        return
    print(
        f"\nTransfers below {asked.folder}: {versions(PROGRAMS, LIBRARIES.values())}.", flush=True
    )
    with prepared(asked) as run:
        for table in asked.tables:
            TABLES[table](run)


@contextmanager
def prepared(asked: AskedTransfers) -> Iterator[Run]:
    """Start the server, make the files, and install their data sets."""
    with (
        tempfile.TemporaryDirectory(prefix="datamaestro-bench-", dir=asked.folder) as name,
        running_nginx(Path(name, "nginx"), asked.rate) as server,
    ):
        site = Path(name, "site")
        published = publish(server, asked)
        install_repository(site, published.values())
        variables = {"PYTHONPATH": str(site), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        yield Run(asked, Bench(Path(name), variables), published)


def publish(server: Server, asked: AskedTransfers) -> dict[str, Published]:
    """Make what the tables download."""
    big = make_file(server.files, "big.bin", asked.size)
    part = make_file(server.files, "part.bin", asked.size // PARALLEL)
    many = [
        make_file(server.files, f"f{number:05}.bin", asked.file_size)
        for number in range(asked.files)
    ]
    places = {
        "big": (server.free, (big,)),
        "limited": (server.limited, (big,)),
        "part": (server.limited, (part,)),
        "many": (server.free, tuple(many)),
    }
    for size in MEMORY_SIZES:
        file = make_file(server.files, f"{name_of(size)}.bin", size)
        places[name_of(size)] = server.free, (file,)
    return {name: Published(f"{MODULE}.{name}", *place) for name, place in places.items()}


def name_of(size: int) -> str:
    """Return under which name a file of this size is published."""
    return f"size_{size}"


def print_big(run: Run) -> None:
    """Print what one big file takes."""
    tools = run.tools("big")
    contenders = [
        Contender("`curl -o`", tools.curl()),
        Contender("`datamaestro prepare`", tools.datamaestro(), "1.25", checks=True),
        Contender(f"`aria2c -x{PARALLEL}`", tools.aria2c()),
        *in_python(tools),
    ]
    title = f"{shown(run.asked.size)} in one file"
    print_contest(title, contenders, run.asked.size, run.asked.rounds)


def print_limited(run: Run) -> None:
    """Print what one big file takes from a server that limits each connection.

    What uses one connection gets a part of the file, or it would run for minutes; and that once,
    since the server alone says how long it takes.
    """
    tools, part = run.tools("limited"), run.tools("part")
    contenders = [
        Contender(f"`aria2c -x{PARALLEL} -k1M`", tools.aria2c("-k1M")),
        Contender("`datamaestro prepare`", tools.datamaestro(), "1.1", checks=True),
        Contender("`curl -o`", part.curl(), parts=PARALLEL),
        *in_python(part, parts=PARALLEL),
    ]
    size, rate = run.asked.size, run.asked.rate
    title = (
        f"{shown(size)} in one file, each connection limited to {shown(rate)}/s, "
        f"{PARALLEL} to {shown(PARALLEL * rate)}/s"
    )
    print_contest(title, contenders, size, run.asked.rounds)


def print_many(run: Run) -> None:
    """Print what many small files take."""
    tools = run.tools("many")
    contenders = [
        Contender(f"`aria2c -j{PARALLEL} -i`", tools.aria2c_list()),
        Contender(
            f"`datamaestro prepare`, {PARALLEL} jobs",
            tools.datamaestro(DATAMAESTRO_JOBS=str(PARALLEL)),
            "1",
            checks=True,
        ),
        Contender(f"`curl --parallel-max {PARALLEL}`", tools.curl_parallel()),
        *in_python(tools),
    ]
    title = f"{run.asked.files} files of {shown(run.asked.file_size)}"
    print_contest(title, contenders, tools.published.size, run.asked.rounds)


def in_python(tools: Tools, parts: int = 1) -> list[Contender]:
    """Return the peers in Python, as far as they are installed."""
    threads = f", {tools.threads} threads" if tools.threads > 1 else ""
    contenders = {
        "pooch": Contender(
            f"`pooch.retrieve`{threads}", tools.peer("pooch"), checks=True, parts=parts
        ),
        "http_get": Contender(
            f"huggingface_hub `http_get`{threads}", tools.peer("http_get"), parts=parts
        ),
    }
    return [contender for peer, contender in contenders.items() if installed(peer)]


def print_memory(run: Run) -> None:
    """Print how much memory files of several sizes take."""
    names = {size: name_of(size) for size in MEMORY_SIZES} | {run.asked.size: "big"}
    rows = []
    for size, name in sorted(names.items()):
        transfer = run.tools(name).datamaestro()
        peak = max(transfer().peak for _ in range(MEMORY_RUNS))
        rows.append((shown(size), peak_text(peak), "200"))
    print_heading(f"Memory of `datamaestro prepare`, the most of {MEMORY_RUNS} runs")
    print_table(("file", "peak MiB", "budget MiB"), rows)


TABLES = {
    "big": print_big,
    "limited": print_limited,
    "many": print_many,
    "memory": print_memory,
}
"""What can be asked for, and what prints it."""


if __name__ == "__main__":
    main()
