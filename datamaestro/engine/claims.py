"""Claims: each resource is made by one run at a time, as far as runs can see each other.

A claim is the folder in which a run makes a resource. It saves work, as the lock does; what is
published is right without it. Two runs that look at the same moment may both go on.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.sharing import make_folder
from datamaestro.store.faults import storage_errors
from datamaestro.store.partial import adopt
from datamaestro.store.waiting import Waiting
from datamaestro.store.writers import Watch, writers

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.plan import Step
    from datamaestro.engine.run import Run
    from datamaestro.store.writers import Writer

LOOK = 0.2
"""Seconds between two looks at a run that is waited for."""


@define
class Claim:
    """The wish of a run to make a resource.

    Args:
        run: that makes it.
        step: of its plan.
    """

    run: Run
    step: Step
    _watch: Watch = field(factory=Watch)

    def settle(self) -> Path | None:
        """Return the folder in which to make the resource; None if somebody else has made it.

        What ended runs have left of it is in the folder. Whoever makes it at this moment is waited
        for.

        Raises:
            BusyError: somebody else makes it, and the wait timed out.
            StorageError: the folder cannot be made.
        """
        run, name = self.run, self.step.resource.name
        what = f"{name} of {run.card.identity}"
        waiting, work = Waiting(what, run.settings.lock_timeout), run.writer.work(name)
        while (others := self._claim(work)) is None:
            waiting.look([str(owner) for owner in map(self._watch.owner, self._others()) if owner])
            run.pause(LOOK)
        if run.has(self.step):
            with suppress(OSError):
                work.rmdir()
            return None
        for other in others:
            if self._watch.owner(other) is None:
                adopt(work, other, name, certainly=self._watch.certainly_ended(other))
        return work

    def _claim(self, work: Path) -> list[Writer] | None:
        """Make the folder, unless somebody else has one and is at work in it.

        Returns:
            The other runs that have something of the resource; None where one is at work.
        """
        if any(map(self._watch.owner, self._others())):
            return None
        with storage_errors(work):
            make_folder(work)
            others = self._others()
            if any(map(self._goes_first, others)):
                work.rmdir()
                return None
        return others

    def _goes_first(self, other: Writer) -> bool:
        """Return whether another run, seen at the same moment, is to make the resource."""
        if self._watch.owner(other) is None:
            return False
        begun = any(other.work(self.step.resource.name).glob("*"))
        return begun or other.folder < self.run.writer.folder

    def _others(self) -> list[Writer]:
        """Return the other runs, ended or not, that have something of the resource."""
        run, name = self.run, self.step.resource.name
        return [one for one in writers(run.partial, besides=run.writer) if one.has(name)]


def sweep(partial: Path, besides: Writer | None = None) -> None:
    """Remove what ended runs have left, once all is made: nobody will go on with it.

    Args:
        partial: the folder of a data set's runs.
        besides: the run that is at work.
    """
    watch = Watch()
    for writer in writers(partial, besides=besides):
        if watch.certainly_ended(writer):
            writer.remove()
