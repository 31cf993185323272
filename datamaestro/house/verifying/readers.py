"""Readers: threads that read very many files, as fast as the disk or the processors go."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

from attrs import define, field

from datamaestro.house.verifying.processes import Process
from datamaestro.house.verifying.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from datamaestro.house.verifying.reading import Asked, Found

SMALL = 1 << 16
"""Bytes below which to open a file takes longer than its digest."""

LARGE = 1 << 24
"""Bytes from which a file is begun before all others, so that it is not the last one to end."""

SEVERAL = 250
"""Small files that a thread reads before it says so."""

MANY = 10_000
"""Small files from which several processes are quicker than one thread, though they have to start.
"""

SLOW = 2e-4
"""Seconds that a small file takes where a disk or a network is waited for."""

PATIENCE = 0.2
"""Seconds after which whoever waits hears that files are still being read."""

Batch = list[tuple[int, "Found"]]
"""What was found of each, by its number among what was asked."""


class Stopped(Exception):
    """Nobody wants to know any more."""


@define
class Readers:
    """Threads that read files; used in a ``with`` block, after which none goes on.

    What is done with small files holds the interpreter's lock, and threads that pass that to and
    fro are slower. So they are left to one thread alone, unless it waits for the disk most of the
    time; where there are very many, each thread has a process of its own that reads them.

    Args:
        jobs: how many.
        bytes: that they have read, for people: two threads at once may lose some.
        processes: that read for some of them.
    """

    jobs: int
    bytes: int = 0
    processes: list[Process] = field(factory=list)
    _stopped: bool = False
    _threads: list[threading.Thread] = field(factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        for process in self.processes:
            process.stop()
        for thread in self._threads:
            thread.join()

    def found(self, asked: Sequence[Asked]) -> Iterator[Batch]:
        """Begin to read; iterate over what is found, as it comes.

        A batch is empty where none came for a while.
        """
        work = _Work(asked, self._note)
        if len(asked) < SEVERAL and not work.large:  # a few small files: not worth a thread
            return map(work.carry_out, work.small)
        apart = min(self.jobs, processors()) if work.many else 0
        if apart > 1:
            for _ in range(apart):
                self._start(work, process=Process())
        else:
            self._start(work)
            for _ in range(min(self.jobs - 1, len(work.large))):
                self._start(work, small=False)
        return self._batches(work)

    def _batches(self, work: _Work) -> Iterator[Batch]:
        while work.threads:
            try:
                batch = work.ended.get(timeout=PATIENCE)
            except queue.Empty:
                batch = []
            if isinstance(batch, BaseException):
                raise batch
            if batch is None:
                work.threads -= 1
                continue
            if work.slow:
                for _ in range(min(self.jobs - work.threads, len(work.small))):
                    self._start(work)
            yield batch

    def _start(self, work: _Work, *, small: bool = True, process: Process | None = None) -> None:
        """Start a thread, which reads small files first, perhaps in a process; or large ones alone.

        Args:
            work: of which it takes its part.
            small: whether it reads small files.
            process: in which it does.
        """
        thread = threading.Thread(
            target=work.run, args=(small, process), name="datamaestro-reader", daemon=True
        )
        work.threads += 1
        self._threads.append(thread)
        self.processes += [process] if process else []
        thread.start()

    def _note(self, count: int) -> None:
        self.bytes += count
        if self._stopped:
            raise Stopped


class _Work:
    """What is to be read, and what has been found."""

    def __init__(self, asked: Sequence[Asked], note: Callable[[int], None]) -> None:
        self.ended = queue.SimpleQueue[Batch | BaseException | None]()
        self.slow = False
        self.threads = 0
        self._asked, self._note = asked, note
        sizes = [size for _, size in asked]
        small = [number for number, size in enumerate(sizes) if size < SMALL]
        huge = [number for number, size in enumerate(sizes) if size >= LARGE]
        huge.sort(key=lambda number: -sizes[number])
        others = [number for number, size in enumerate(sizes) if SMALL <= size < LARGE]
        self.many = len(small) >= MANY
        self.large = deque([number] for number in [*huge, *others])
        self.small = deque(small[at : at + SEVERAL] for at in range(0, len(small), SEVERAL))

    def run(self, small: bool, process: Process | None) -> None:
        """Read until nothing is left; small files first, or large ones alone."""
        try:
            if small:
                with process or nullcontext():
                    self._read(self.small, process)
            self._read(self.large)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
            self.ended.put(error)
        finally:
            self.ended.put(None)

    def _read(self, tasks: deque[list[int]], process: Process | None = None) -> None:
        while numbers := _next(tasks):
            began = time.perf_counter()
            self.ended.put(self.carry_out(numbers, process))
            took = time.perf_counter() - began
            self.slow |= len(numbers) > 1 and took > SLOW * len(numbers)

    def carry_out(self, numbers: Sequence[int], process: Process | None = None) -> Batch:
        """Read some files; in this one, where there is no other process, or none any more."""
        asked, note = self._asked, self._note
        if (
            process
            and (found := process.read([asked[number][0] for number in numbers])) is not None
        ):
            note(sum(one.size for one in found))
            return list(zip(numbers, found, strict=True))
        return [(number, read(asked[number][0], note)) for number in numbers]


def _next(tasks: deque[list[int]]) -> list[int]:
    """Take the next task; nothing where there is none any more."""
    try:
        return tasks.popleft()
    except IndexError:
        return []


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
