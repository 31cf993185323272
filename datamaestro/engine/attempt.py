"""One try at one address: receiving, digesting, spooling and expanding in one pass."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.engine.arrival import BLOCK, Arrival
from datamaestro.engine.digests import Digester, Found, check_digests
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.downloaders import Request
from datamaestro_hookspecs.errors import shown
from datamaestro_hookspecs.events import TransferAdvanced, TransferEnded, TransferStarted

if TYPE_CHECKING:
    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.cards import ResourceCard, Source, Transform
    from datamaestro_hookspecs.downloaders import Facts, Response


@frozen
class Arrived:
    """A file that has arrived and passed its checks.

    Args:
        path: of the result, in the run's scratch folder.
        spool: the file as it was published; the same path where nothing changed it.
        url: where it came from.
        facts: what the server said.
        digests: of both.
    """

    path: Path
    spool: Path
    url: str
    facts: Facts
    digests: Found


@define(eq=False)
class Attempt:
    """One try at one address; its files are in a folder of its own, which goes if it fails."""

    run: Run
    resource: ResourceCard
    source: Source
    transforms: tuple[Transform, ...]
    url: str
    folder: Path = field(init=False)
    result: Path = field(init=False)
    published: Digester = field(init=False)
    expanded: Digester = field(init=False)
    received: int = 0

    def __attrs_post_init__(self) -> None:
        resource = self.resource
        self.folder = self.run.fresh_folder(resource.name)
        self.result = self.folder / Path(resource.path).name
        self.published = Digester(
            {*self.source.digests, *resource.either, *({} if self.transforms else resource.digests)}
        )
        self.expanded = (
            Digester({*resource.digests, *resource.either}) if self.transforms else self.published
        )

    @property
    def spool(self) -> Path:
        """Where the bytes go as they are."""
        return self.result.with_name(f".{self.result.name}") if self.transforms else self.result

    def receive(self) -> Arrived:
        """Receive and check the file.

        Raises:
            DatamaestroError: it did not arrive, or is not what it should be.
        """
        run, failure = self.run, ""
        _, downloader = run.plugins.downloader(self.url)
        request = Request(self.url, timeout=run.settings.timeout)
        try:
            with run.opened(downloader.open(request)) as response:
                self._take(response)
            self._check_size(self.received)
            found = Found(self.published.result(), self.expanded.result())
            check_digests(self.resource, self.url, found)
        except DatamaestroError as error:
            failure = str(error)
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            name = self.resource.name
            run.send(TransferEnded(run.card.identity, name, self.received, failure))
        return Arrived(self.result, self.spool, self.url, response.facts, found)

    def _take(self, response: Response) -> None:
        """Take all bytes of a response."""
        run, name, size = self.run, self.resource.name, response.facts.size
        run.send(TransferStarted(run.card.identity, name, self.url, self.source.size or size))
        self._check_size(size)
        with storage_errors(self.spool):
            spool = self.spool.open("xb")
        with storage_errors(self.spool), spool:
            arrival = Arrival(
                self.url, response, spool, self.published, run.cancelled, self._advanced
            )
            if self.transforms:
                self._expand(arrival)
            arrival.drain()

    def _advanced(self, received: int) -> None:
        self.received = received
        event = TransferAdvanced(self.run.card.identity, self.resource.name, received)
        self.run.send(event)

    def _expand(self, arrival: Arrival) -> None:
        """Write what the transformations make of the bytes as they arrive."""
        with storage_errors(self.result), self.result.open("xb") as file:
            stream: io.BufferedIOBase = io.BufferedReader(arrival, BLOCK)
            buffer = memoryview(bytearray(BLOCK))
            try:
                for transform in self.transforms:
                    transformer = self.run.plugins.transformer(transform.name)
                    changed = transformer.open(stream, transform.options)
                    if isinstance(changed, io.RawIOBase):
                        changed = io.BufferedReader(changed, BLOCK)
                    stream = changed
                while block := buffer[: stream.readinto(buffer)]:
                    self.expanded.update(block)
                    with storage_errors(self.result):
                        file.write(block)
            except DatamaestroError:
                raise
            except Exception as error:
                names = " then ".join(transform.name for transform in self.transforms)
                raise ContentError(
                    f"{shown(self.url)}: {names} fails: {error}",
                    hint="the file was damaged on its way, or is not what its definition says",
                ) from error

    def _check_size(self, size: int | None) -> None:
        declared = self.source.size
        if None not in (size, declared) and size != declared:
            raise ContentError(
                f"{shown(self.url)} has {size:,} bytes, its definition says {declared:,}",
                hint="the file was changed by its publisher, or something else is in its place",
            )
