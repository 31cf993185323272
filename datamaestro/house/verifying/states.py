"""What verifying tells: of each file its state, of each data set the states of its files."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.errors import DatamaestroError
    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import FileFacts
    from datamaestro.store.soundness import Records


class State(StrEnum):
    """What a file is, the gravest last; foreign: it is on no record, which is no mistake."""

    RIGHT = "right"
    FOREIGN = "foreign"
    MISSING = "missing"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


WRONG = {State.MISSING, State.CHANGED}


class FileState(NamedTuple):
    """The state of one file or link.

    Args:
        path: below the data set's folder.
        state: of it.
        why: in a few words, where that is not all that there is to be said.
        facts: what it is now, where it is right; None elsewhere.
    """

    path: str
    state: State
    why: str = ""
    facts: FileFacts | None = None


@frozen(slots=False)
class Verified:
    """What was found of one data set.

    Args:
        holding: the data set.
        records: what is on record of it.
        files: the state of each, by path: of those on record, and of foreign ones.
        damage: what is wrong with the records, by resource; with all of them, by an empty name.
        quick: whether files were only looked at, and not read.
        failure: why hardly anything could be found.
        closed: paths of folders that cannot be read; each has a state, too.
    """

    holding: Holding
    records: Records
    files: Mapping[str, FileState]
    damage: Mapping[str, str]
    quick: bool = False
    failure: DatamaestroError | None = None
    closed: frozenset[str] = frozenset()

    @cached_property
    def counts(self) -> Counter[State]:
        """How many files there are of each state; counted once, as there may be very many."""
        return Counter(file.state for file in self.files.values())

    @cached_property
    def size(self) -> int:
        """The bytes of all files that are right."""
        return sum(file.facts.size for file in self.files.values() if file.facts)

    @property
    def wrong(self) -> bool:
        """Whether something is not as it was recorded; foreign files are no mistake."""
        return bool(self.damage) or not WRONG.isdisjoint(self.counts)

    @property
    def right(self) -> bool:
        """Whether all that is on record was found, and is right."""
        return not (self.wrong or self.failure or self.counts[State.UNREADABLE])
