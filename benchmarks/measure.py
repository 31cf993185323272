"""Two things run in turns, compared pair by pair.

A time says as much about the machine as about the program, and a machine is quicker now than a
minute later. So each run of a subject stands beside a run of its peer, and what is reported is the
median of the ratios of such pairs. Nothing here judges: budgets are printed beside what was found.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    Action = Callable[[], "Cost"]
    """Something that can be done again and again, and says what it took."""


@frozen
class Cost:
    """What one run took.

    Args:
        wall: seconds from its start to its end.
        cpu: seconds of processor time, user's and system's, with child processes.

    """

    wall: float
    cpu: float


@frozen
class Command:
    """A command that is run to its end; calling it returns what it took.

    Its output is thrown away: it goes to no terminal, so none is waited for.

    Args:
        arguments: the program and what it is told.
        folder: where it is run.
        environment: all of its environment variables.

    """

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def __call__(self) -> Cost:
        """Run it.

        Raises:
            SystemExit: it failed, and a time would mean nothing.

        """
        with tempfile.TemporaryFile() as errors:
            started = time.perf_counter()
            process = subprocess.Popen(
                self.arguments,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            # wait4, not process.wait: it alone tells the processor time of this one child
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                errors.seek(0)
                told = errors.read().decode(errors="replace")
                raise SystemExit(f"{self} ended with {process.returncode}: {told}")
        return Cost(wall, usage.ru_utime + usage.ru_stime)

    def __str__(self) -> str:
        return shlex.join(self.arguments)


@frozen
class Spread:
    """Many measurements of one thing: the median, and between what the middle half lies."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the three quartiles of at least two values."""
        return cls(*statistics.quantiles(values, n=4, method="inclusive"))


@frozen
class Comparison:
    """Runs of a subject, each with the run of its peer that stands beside it."""

    pairs: tuple[tuple[Cost, Cost], ...]

    def spread(self, figure: Callable[[Cost], float]) -> Spread:
        """Return a figure of the subject."""
        return Spread.of(figure(subject) for subject, _ in self.pairs)

    def ratio(self, figure: Callable[[Cost], float]) -> Spread:
        """Return a figure of the subject as a multiple of the peer's, pair by pair."""
        return Spread.of(figure(subject) / figure(peer) for subject, peer in self.pairs)


def compare(subject: Action, peer: Action, rounds: int) -> Comparison:
    """Run peer and subject in turns, once more than is counted: the first round warms up.

    What the first run writes (compiled modules, indexes, what the disk keeps in memory) is there
    for all others.
    """
    pairs = []
    for _ in range(rounds + 1):
        beside = peer()
        pairs.append((subject(), beside))
    return Comparison(tuple(pairs[1:]))


def rounds_asked_for(description: str, usual: int) -> int:
    """Return how many rounds the command line asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--rounds", type=int, default=usual, help="of each comparison, at least 2 (%(default)s)"
    )
    rounds: int = parser.parse_args().rounds
    if rounds < 2:
        parser.error("a median needs at least 2 rounds")
    return rounds


def print_heading(title: str) -> None:
    """Print what the next table is about, and on what machine it was measured."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    version = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"\n{title} ({version}, {machine})\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table, the first column to the left and the others to the right."""
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for first, *others in [headings, rule, *lines[1:]]:
        aligned = [
            first.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)),
        ]
        print(f"| {' | '.join(aligned)} |")
