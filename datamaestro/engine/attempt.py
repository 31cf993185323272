"""One address: received, digested and expanded in one pass, and checked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.engine.arrival import Arrival
from datamaestro.engine.connection import Connection
from datamaestro.engine.content import Content, open_content
from datamaestro.engine.digests import Digester, Found
from datamaestro.engine.expansion import expand
from datamaestro.engine.following import Follower, Spoiled
from datamaestro.engine.hosts import MOST
from datamaestro.engine.ramp import Ramp
from datamaestro.engine.reception import ContentChanged, Reception
from datamaestro.engine.run import BLOCK
from datamaestro.engine.spool import Spool
from datamaestro.errors import ContentError
from datamaestro.store.faults import storage_errors
from datamaestro.store.partial import Partial, partial_of
from datamaestro.store.writers import MADE
from datamaestro_hookspecs.events import TransferAdvanced, TransferEnded, TransferStarted

if TYPE_CHECKING:
    from datamaestro.engine.expected import Expected
    from datamaestro.engine.retries import Patience
    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.cards import ResourceCard, Transform


@frozen
class Arrived:
    """A file that has arrived and passed its checks.

    Args:
        path: of the result, in the run's own folder.
        spool: the file as it was published; the same path where nothing changed it.
        url: where it came from.
        validator: of its content, empty where the server gave none.
        digests: of both.
    """

    path: Path
    spool: Path
    url: str
    validator: str
    digests: Found


@define(eq=False)
class Attempt:
    """One address of a resource. What has arrived stays for a later run, whatever happens.

    Args:
        run: that it belongs to.
        expected: what is declared of the file, and its address.
        transforms: what is done to the bytes.
        work: the folder in which the resource is made.
        patience: with this address.
    """

    run: Run
    expected: Expected
    transforms: tuple[Transform, ...]
    work: Path
    patience: Patience
    partial: Partial = field(init=False)
    there: int = 0
    begun: bool = False
    joined: bool = False

    @property
    def resource(self) -> ResourceCard:
        """What is to be made."""
        return self.expected.resource

    @property
    def url(self) -> str:
        """The address."""
        return self.expected.url

    def __attrs_post_init__(self) -> None:
        self.partial = partial_of(self.work, self.url, Path(self.resource.path).name)

    def receive(self) -> Arrived:
        """Receive and check the file.

        Raises:
            DatamaestroError: it did not arrive, or is not what it should be.
        """
        failure = ""
        try:
            return self._until_it_fits()
        except BaseException as error:
            failure = str(error)
            raise
        finally:
            identity = self.run.card.identity
            self.run.send(TransferEnded(identity, self.resource.name, self.there, failure))

    def _until_it_fits(self) -> Arrived:
        while True:
            try:
                return self._once()
            except Spoiled as error:
                self.partial.cut(error.good)
            except ContentChanged:
                continue  # what is there now tells whether that belongs to what has arrived
            except ContentError as error:
                if not self.begun:
                    raise
                if not self.joined:
                    self._keep_aside(error)
                    raise
                self.partial.forget()  # it was made of parts that may not belong together

    def _once(self) -> Arrived:
        self.begun = False
        with Connection(self.run, self.url) as connection:
            began = time.monotonic()
            content = open_content(connection, self.partial, self.patience, self.expected)
            ramp = Ramp(self._most(content), time.monotonic() - began)
            self.begun = True
            try:
                found = self._receive(connection, content, ramp)
            except ContentError:
                self.expected.refuse_page(content.facts)
                raise
            if not content.checkable:
                self.expected.refuse_page(content.facts)
        result = self._result if self.transforms else self.partial.path
        validator = content.facts.validator or ""
        return Arrived(result, self.partial.path, self.url, validator, found)

    def _receive(self, connection: Connection, content: Content, ramp: Ramp) -> Found:
        run, size, start = self.run, content.facts.size, self.partial.journal.length
        islands = self.partial.journal.islands if content.checkable else ()
        self.there = start + sum(stop - start for start, stop in islands)
        self.joined = self.there > 0
        told = self.expected.source.size or size
        run.send(TransferStarted(run.card.identity, self.resource.name, self.url, told, self.there))
        with (
            Spool(self.partial.path, start, size, islands) as spool,
            Reception(run, content, spool, ramp, self.patience, self._advanced) as reception,
        ):
            at_once = size is not None and size <= BLOCK
            (reception.receive if at_once else reception.start)(connection)
            try:
                return self._take_and_check(spool, content, at_once=at_once)
            finally:
                self.there = spool.pieces.there
                self.joined |= reception.joined

    def _take_and_check(self, spool: Spool, content: Content, *, at_once: bool) -> Found:
        """Take all bytes; return the digests, which are those that are declared."""
        found = self._take(spool, content, at_once=at_once)
        self.expected.check(spool.pieces.there, found)
        return found

    def _take(self, spool: Spool, content: Content, *, at_once: bool) -> Found:
        algorithms = self.expected.algorithms
        follower = Follower(self.run, spool, self.partial, algorithms, journalled=content.joinable)
        if not self.transforms:
            digests = follower.follow()
            return Found(digests, digests)
        if at_once:
            digests = follower.follow()
            return Found(digests, self._expand(spool))
        with ThreadPoolExecutor(1, thread_name_prefix="datamaestro-digest") as other:
            digesting = other.submit(follower.follow)
            try:
                expanded = self._expand(spool)
            except BaseException as error:
                spool.fail(error)
                if isinstance(spoiled := digesting.exception(), Spoiled):
                    raise spoiled from error
                raise
            return Found(digesting.result(), expanded)

    def _expand(self, spool: Spool) -> dict[str, str]:
        """Write the result; return its digests."""
        with storage_errors(self._result):
            self._result.parent.mkdir(exist_ok=True)
        digester = Digester(self.expected.algorithms)
        arrival = Arrival(self.url, spool)
        expand(arrival, self.transforms, self._result, digester, self.run.plugins)
        return digester.result()

    def _keep_aside(self, error: ContentError) -> None:
        """Keep what is wrong where it can be looked at; nothing goes on with it."""
        self.run.keep_aside(self.partial.path, self.resource.path, error)
        self.partial.forget()

    def _advanced(self, there: int) -> None:
        self.run.send(TransferAdvanced(self.run.card.identity, self.resource.name, there))

    def _most(self, content: Content) -> int:
        """Return how many connections there may be."""
        local = self.run.plugins.downloader(self.url)[0].local
        return MOST if content.divisible and not local else 1

    @property
    def _result(self) -> Path:
        return self.work / MADE / Path(self.resource.path).name
