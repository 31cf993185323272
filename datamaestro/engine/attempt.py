"""One try at one address: receiving, digesting, spooling and expanding in one pass."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.engine.arrival import Arrival
from datamaestro.engine.digests import Digester, Found, check_digests
from datamaestro.engine.expansion import expand
from datamaestro.engine.opening import open_url, refuse_page
from datamaestro.errors import ContentError
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
    result: Path = field(init=False)
    spool: Path = field(init=False)
    published: Digester = field(init=False)
    expanded: Digester = field(init=False)
    received: int = 0

    def __attrs_post_init__(self) -> None:
        declared = {*self.source.digests, *self.resource.digests, *self.resource.either}
        self.result = self.run.fresh_folder() / Path(self.resource.path).name
        self.spool, self.published = self.result, Digester(declared)
        self.expanded = self.published
        if self.transforms:
            self.spool = self.result.with_name(f".{self.result.name}")
            self.expanded = Digester(declared)

    def receive(self) -> Arrived:
        """Receive and check the file.

        Raises:
            DatamaestroError: it did not arrive, or is not what it should be.
        """
        run, failure = self.run, ""
        request = Request(self.url, timeout=run.settings.timeout)
        try:
            with run.opened(open_url(request, run.plugins)) as response:
                found = self._take_and_check(response)
        except BaseException as error:
            failure = str(error)
            shutil.rmtree(self.result.parent, ignore_errors=True)
            raise
        finally:
            name = self.resource.name
            run.send(TransferEnded(run.card.identity, name, self.received, failure))
        return Arrived(self.result, self.spool, self.url, response.facts, found)

    def _take_and_check(self, response: Response) -> Found:
        """Take all bytes of a response; return the digests, which are those that are declared."""
        resource, published_as = self.resource, self.source.urls[0]
        try:
            self._take(response)
            self._check_size(self.received)
            published = self.published.result()
            found = Found(published, self.expanded.result() if self.transforms else published)
            check_digests(resource, self.url, found)
        except ContentError:
            refuse_page(self.url, published_as, response)
            raise
        if not (self.source.digests or resource.digests or resource.either):
            refuse_page(self.url, published_as, response)
        return found

    def _take(self, response: Response) -> None:
        run, name, size = self.run, self.resource.name, response.facts.size
        run.send(TransferStarted(run.card.identity, name, self.url, self.source.size or size))
        self._check_size(size)
        with storage_errors(self.spool), self.spool.open("xb") as spool:
            arrival = Arrival(
                self.url, response, spool, self.published, run.cancelled, self._advanced
            )
            if self.transforms:
                expand(arrival, self.transforms, self.result, self.expanded, run.plugins)
            arrival.drain()
            self.received = arrival.received

    def _advanced(self, received: int) -> None:
        self.received = received
        self.run.send(TransferAdvanced(self.run.card.identity, self.resource.name, received))

    def _check_size(self, size: int | None) -> None:
        declared = self.source.size
        if None not in (size, declared) and size != declared:
            raise ContentError(
                f"{shown(self.url)} has {size:,} bytes, its definition says {declared:,}",
                hint="the file was changed by its publisher, or something else is in its place",
            )
