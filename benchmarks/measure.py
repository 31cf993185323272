"""Two things run in turns, compared pair by pair.

A time says as much about the machine as about the program, and a machine is quicker now than a
minute later. So each run of a subject stands beside a run of its peer, and what is reported is the
median of the ratios of such pairs. Nothing here judges: budgets are printed beside what was found.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    Action = Callable[[], "Cost"]
    """Something that can be done again and again, and says what it took."""


MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes that the ``ru_maxrss`` of getrusage(2) counts in."""


@frozen
class Cost:
    """What one run took.

    Args:
        wall: seconds from its start to its end.
        cpu: seconds of processor time, user's and system's, with child processes.
        peak: bytes of memory at most; at least :func:`own_peak`, since Linux counts from the fork.
        disk: bytes at most by which its file system got fuller, where that was looked at.

    """

    wall: float
    cpu: float
    peak: int
    disk: int = 0

    def times(self, factor: int) -> Cost:
        """Return what as many such runs would take, one after the other."""
        return Cost(factor * self.wall, factor * self.cpu, self.peak, self.disk)


@frozen
class Command:
    """A command that is run to its end; calling it returns what it took.

    Its output is thrown away: it goes to no terminal, so none is waited for.

    Args:
        arguments: the program and what it is told.
        folder: where it is run.
        environment: all of its environment variables.
        code: with which it has to end.

    """

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    code: int = 0

    def __call__(self) -> Cost:
        """Run it.

        Raises:
            SystemExit: it ended otherwise than it should, and a time would mean nothing.

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
            try:
                # wait4, not process.wait: it alone tells what this one child took
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                process.wait()
                raise
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != self.code:
                errors.seek(0)
                told = errors.read().decode(errors="replace")
                raise SystemExit(f"{self} ended with {process.returncode}: {told}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MEMORY_UNIT)

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
        """Return the three quartiles; of one value, that value."""
        known = list(values)
        if len(known) == 1:
            return cls(*known * 3)
        return cls(*statistics.quantiles(known, n=4, method="inclusive"))


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

    @property
    def peak(self) -> int:
        """The most memory, in bytes, that any run of the subject took."""
        return max(subject.peak for subject, _ in self.pairs)


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


def compare_once(subject: Action, peer: Action) -> Comparison:
    """Run peer and subject once, for what takes too long to be run in rounds."""
    beside = peer()
    return Comparison(((subject(), beside),))


def compare_in_turns(actions: Sequence[Action], rounds: int) -> list[Comparison]:
    """Run all, one after the other; the first is the peer, and is run again at the end of a round.

    That is half as many runs as those of :func:`compare`, and nothing warms up. The peer stands
    beside what it took at the beginning of the round, which shows the noise.
    """
    pairs: list[list[tuple[Cost, Cost]]] = [[] for _ in actions]
    for _ in range(rounds):
        beside = actions[0]()
        for found, action in zip(pairs, [*actions[1:], actions[0]], strict=True):
            found.append((action(), beside))
    return [Comparison(tuple(found)) for found in [pairs[-1], *pairs[:-1]]]


def parser_with_rounds(description: str, usual: int) -> argparse.ArgumentParser:
    """Return a parser of the command line that knows ``--rounds``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--rounds",
        type=_rounds,
        default=usual,
        help="of each comparison, at least 2 (default: %(default)s)",
    )
    return parser


def _rounds(text: str) -> int:
    if int(text) < 2:
        raise argparse.ArgumentTypeError("a median needs at least 2 rounds")
    return int(text)


def wall(cost: Cost) -> float:
    """Return the time from start to end."""
    return cost.wall


def cpu(cost: Cost) -> float:
    """Return the processor time."""
    return cost.cpu


def disk(cost: Cost) -> float:
    """Return the bytes that it needed on disk."""
    return cost.disk


def own_peak() -> int:
    """Return the most memory, in bytes, that this process has taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEMORY_UNIT


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
        print(f"| {' | '.join(aligned)} |", flush=True)
