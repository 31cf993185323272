"""How what was found of data sets is shown."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

from datamaestro.advice import advised
from datamaestro.cli.table import exact, harmless
from datamaestro.cli.wording import counted
from datamaestro.house.verifying.states import State
from datamaestro.sizes import shown_size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from datamaestro.house.verifying.states import FileState, Verified

NAMED = 5
"""Data sets that are named in one line."""


def to_mend(found: Collection[Verified], own: Path) -> str:
    """Return the commands that mend what is wrong, in each data directory.

    Args:
        found: of data sets.
        own: the user's own data directory; others are only read, and are their keepers' to mend.
    """
    wrong: dict[Path, list[str]] = {}
    for one in found:
        if one.wrong:
            wrong.setdefault(one.holding.store.root, []).append(one.holding.identity)
    # which reads what was only touched, and nothing else
    quick = ["--quick"] if any(one.quick for one in found) else []
    commands = []
    for root, names in wrong.items():
        where = [] if root == own else ["--data", str(root)]
        some = names if len(names) <= NAMED else []  # all, where none is named
        line = ["datamaestro", *where, "repair", *quick, *some]
        commands.append(harmless(shlex.join(line)))
    return f"to mend them: {'; '.join(commands)}"


def as_lines(
    found: Verified, own: Path, lacking: Collection[str], *, everything: bool
) -> Iterator[str]:
    """Iterate over the lines for a person: one of the data set, one of each file to be looked at.

    Args:
        found: of the data set.
        own: the user's own data directory; another one is named.
        lacking: names of resources that were never made.
        everything: whether files that are right have a line, too.
    """
    root = found.holding.store.root
    where = "" if root == own else f" in {exact(str(root))}"
    less = "; incomplete" if lacking else ""
    yield f"{exact(found.holding.identity)}{where}: {harmless(_summary(found))}{less}"
    for name in lacking:
        yield _line("lacking", harmless(name))
    for name, why in found.damage.items():
        yield _line("damaged", harmless(f"{f'the record of {name}: ' if name else ''}{why}"))
    for file in _shown(found, everything=everything):
        why = f" ({harmless(file.why)})" if file.why else ""
        yield _line(file.state, f"{exact(file.path)}{why}")


def _line(state: str, text: str) -> str:
    return f"  {state:<10}  {text}"


def _summary(found: Verified) -> str:
    if found.failure is not None:
        return advised(str(found.failure))
    counts = found.counts - Counter(found.files[path].state for path in found.closed)
    recorded = sum(counts.values()) - counts[State.FOREIGN]
    said = [f"{counts[one]:,} {one}" for one in State if counts[one] and one != State.RIGHT]
    if found.closed:
        said.append(f"{counted(len(found.closed), 'folder')} unreadable")
    if found.damage:
        said.append("records damaged")
    amount = f"{counted(recorded, 'file')}, {shown_size(found.size)}"
    if found.right:
        return f"right, {', '.join([amount, *said])}"
    return f"{', '.join(said)} of {amount}"


def _shown(found: Verified, *, everything: bool) -> Iterator[FileState]:
    return (one for one in found.files.values() if everything or one.state != State.RIGHT)


def as_facts(found: Verified, lacking: Collection[str], *, everything: bool) -> dict[str, Any]:
    """Return what was found as JSON can say it; sizes are in bytes.

    Args:
        found: of the data set.
        lacking: names of resources that were never made.
        everything: whether files that are right are named, too.
    """
    counts = found.counts
    return {
        "dataset": found.holding.identity,
        "folder": str(found.holding.folder),
        "directory": str(found.holding.store.root),
        "right": found.right,
        "quick": found.quick,
        "size": found.size,
        "counts": {str(one): counts[one] for one in State},
        "damage": dict(found.damage),
        "lacking": list(lacking),
        "files": [
            {"path": one.path, "state": str(one.state), "why": one.why}
            for one in _shown(found, everything=everything)
        ],
        "problem": advised(str(found.failure)) if found.failure else "",
    }
