"""A table of things that download or unpack the same: each beside the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.asked import MIB
from benchmarks.measure import (
    compare,
    compare_in_turns,
    compare_once,
    cpu,
    disk,
    own_peak,
    print_heading,
    print_table,
    wall,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Action, Comparison, Cost

HEADINGS = (
    *("command", "checks", "wall s", "CPU s", "MiB/s", "x wall", "middle half", "x CPU"),
    *("peak MiB", "budget"),
)


@frozen
class Contender:
    """Something that downloads or unpacks.

    Args:
        name: what is run.
        action: its run.
        budget: what *x wall* is allowed to be.
        checks: whether it checks the SHA-256 of what it downloads.
        parts: how many times it is to be taken, since it downloads only such a part.

    """

    name: str
    action: Action
    budget: str = ""
    checks: bool = False
    parts: int = 1

    def __call__(self) -> Cost:
        """Run it, and return what all parts would take, one after the other."""
        return self.action().times(self.parts)

    def beside(self, peer: Contender, rounds: int) -> Comparison:
        """Return runs beside those of a peer; a part is downloaded once."""
        return compare(self, peer, rounds) if self.parts == 1 else compare_once(self, peer)


def print_contest(title: str, contenders: Sequence[Contender], size: int, rounds: int) -> None:
    """Print a row for each, beside the first. The first row shows the noise.

    Args:
        title: what is downloaded.
        contenders: the first is the peer of all.
        size: bytes of what is downloaded.
        rounds: of each comparison.

    """
    rows = [row(each, each.beside(contenders[0], rounds), size) for each in contenders]
    print_heading(f"{title}, medians of {rounds} rounds")
    print_table(HEADINGS, rows)


def print_turns(title: str, contenders: Sequence[Contender], size: int, rounds: int) -> None:
    """Print a row for each, all run in turns, with what each needs on disk.

    Args:
        title: what is unpacked.
        contenders: the first is the peer of all.
        size: bytes of what is unpacked.
        rounds: of all of them.

    """
    rows = []
    found = compare_in_turns(contenders, rounds)
    for contender, each in zip(contenders, found, strict=True):
        *cells, budget = row(contender, each, size)
        rows.append((*cells, f"{each.spread(disk).median / MIB:.0f}", budget))
    print_heading(f"{title}, medians of {rounds} rounds")
    print_table((*HEADINGS[:-1], "disk MiB", HEADINGS[-1]), rows)


def row(contender: Contender, found: Comparison, size: int) -> tuple[str, ...]:
    """Return a row of the table."""
    seconds, ratio = found.spread(wall).median, found.ratio(wall)
    part = f", 1/{contender.parts} of it" if contender.parts > 1 else ""
    return (
        contender.name + part,
        "yes" if contender.checks else "no",
        f"{seconds:.2f}",
        f"{found.spread(cpu).median:.2f}",
        f"{size / MIB / seconds:.0f}",
        f"{ratio.median:.2f}",
        "once" if len(found.pairs) == 1 else f"{ratio.low:.2f} to {ratio.high:.2f}",
        f"{found.ratio(cpu).median:.2f}",
        peak_text(found.peak),
        contender.budget,
    )


def peak_text(peak: int) -> str:
    """Return MiB; what is not above this process's own peak cannot be told from it."""
    own = own_peak()
    return f"{peak / MIB:.0f}" if peak > own else f"< {own / MIB:.0f}"
