"""Sides that are easily looked at, and an agent of one that is asked over pipes."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, Self

from attrs import define, field

from datamaestro.context import Context
from datamaestro.errors import DatasetNotFound
from datamaestro.moving.differing import Deltas
from datamaestro.moving.far.agent import OTHER, Agent
from datamaestro.moving.far.patience import Heeded
from datamaestro.moving.far.session import Session
from datamaestro.moving.far.side import FarSide
from datamaestro.moving.far.talk import Talk
from datamaestro.moving.here.local import LocalSide
from datamaestro.remote.frames import Frames, greet
from datamaestro.remote.hearing import Patient
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.offers import Content, Offer, Wanted
from datamaestro_hookspecs.transports import Opening


def content(path: str, data: bytes, offset: int = 0, executable: bool = False) -> Content:
    """Return the content of a file."""
    source = io.BytesIO(data[offset:])
    return Content(path, len(data), source.readinto, offset, executable)


def offer_of(dataset: str, files: dict[str, bytes]) -> Offer:
    """Return an offer of files."""
    facts = (
        FileFacts(path, len(data), 0, hashlib.sha256(data).hexdigest())
        for path, data in sorted(files.items())
    )
    return Offer(dataset, {"all": {"path": "."}}, tuple(facts), "said of it")


def taken(given: Content, step: int = 1000) -> bytes:
    """Return what a content gives."""
    buffer, found = memoryview(bytearray(step)), bytearray()
    while count := given.readinto(buffer):
        found += buffer[:count]
    return bytes(found)


@define(eq=False)
class MemorySide:
    """Data sets in memory; a source and a receiver.

    Args:
        datasets: by full name, their files.
        fault: raised when a file of its path is read or received.
    """

    datasets: dict[str, dict[str, bytes]] = field(factory=dict)
    fault: tuple[str, Exception] | None = None
    arrived: dict[str, bytes] = field(factory=dict)
    delivered: list[str] = field(factory=list)
    directory: str = ""
    lock_timeout: float = -1.0
    name: str = "memory"
    streams: int = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def offers(self, references: Sequence[str]) -> Iterable[Offer]:
        for one in references or self.datasets:
            if one not in self.datasets:
                raise DatasetNotFound(one, ("near",))
            yield offer_of(one, self.datasets[one])

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        for one in wanted:
            self._fail(one.path)
            yield content(one.path, self.datasets[offer.dataset][one.path], one.offset)

    def lacking(self, offer: Offer) -> list[Wanted]:
        known = self.datasets.get(offer.dataset, {})
        return [
            Wanted(facts.path, facts.size, len(self.arrived.get(facts.path, b"")))
            for facts in offer.files
            if hashlib.sha256(known.get(facts.path, b"?")).hexdigest() != facts.sha256
        ]

    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[MemoryDelivery]:
        try:
            yield MemoryDelivery(self, offer, self.lacking(offer))
        finally:
            self.delivered.append(offer.dataset)

    def _fail(self, path: str) -> None:
        if self.fault and self.fault[0] == path:
            raise self.fault[1]


@define(eq=False)
class MemoryDelivery:
    """A data set on its way into memory."""

    side: MemorySide
    offer: Offer
    lacking: Sequence[Wanted]

    def receive(self, contents: Iterable[Content]) -> list[str]:
        wrong, facts = [], {one.path: one for one in self.offer.files}
        for one in contents:
            self.side._fail(one.path)
            buffer = memoryview(bytearray(1000))
            data = bytearray(self.side.arrived.get(one.path, b"")[: one.offset])
            try:
                while count := one.readinto(buffer):
                    data += buffer[:count]
            finally:
                self.side.arrived[one.path] = bytes(data)
            if hashlib.sha256(data).hexdigest() != facts[one.path].sha256:
                wrong.append(one.path)
        return wrong

    def commit(self) -> None:
        known = self.side.datasets.setdefault(self.offer.dataset, {})
        for facts in self.offer.files:
            known[facts.path] = self.side.arrived.pop(facts.path, known.get(facts.path, b""))


@define(eq=False)
class Thread:
    """What stands in for a program on another computer: a thread, and pipes to it."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    thread: threading.Thread

    @classmethod
    def start(cls, work: Callable[[int, int], None]) -> Self:
        """Start what reads one descriptor and writes another."""
        heard, tell = os.pipe()
        said, say = os.pipe()

        def go() -> None:
            try:
                work(heard, say)
            finally:
                os.close(heard)
                os.close(say)

        thread = threading.Thread(target=go)
        thread.start()
        pipes = os.fdopen(tell, "wb", 0), os.fdopen(said, "rb", 0)
        return cls(*pipes, None, thread)

    def wait(self) -> int:
        self.thread.join()
        return 0

    def terminate(self) -> None:
        for stream in (self.stdin, self.stdout):
            if stream:
                stream.close()


def agent_of(side: Any) -> Callable[[int, int], None]:
    """Return what serves a side on two descriptors."""

    def opened(directory: str, lock_timeout: float) -> Any:
        side.directory, side.lock_timeout = directory, lock_timeout
        return side

    def work(heard: int, say: int) -> None:
        source = Patient(heard)
        sink = io.BufferedWriter(Heeded(say, source), 1 << 16)
        try:
            greet(sink)
            talk = Talk(Frames(io.BufferedReader(source), sink), OTHER)
            Agent(talk, opened, source.hear_for).serve()
        finally:
            with suppress(OSError):
                sink.close()

    return work


@contextmanager
def far_side_of(
    side: Any, timeout: float = 30.0, deltas: Deltas | None = None
) -> Iterator[FarSide]:
    """Give a side as it is from another computer."""
    started: list[Thread] = []

    def start() -> Thread:
        started.append(Thread.start(agent_of(side)))
        return started[-1]

    with FarSide("there:", Session("there", start, "/data", timeout), deltas) as far:
        yield far
    for one in started:
        one.thread.join()


class Piped:
    """A transport to a data directory whose agent runs in a thread: the path is the target."""

    @contextmanager
    def open(self, opening: Opening) -> Iterator[FarSide]:
        with far_side_of(LocalSide(Context(opening.target))) as far:
            yield far
