"""One address: received, digested and expanded in one pass, and checked."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from posixpath import basename
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.engine.arrival import Arrival
from datamaestro.engine.connection import Connection
from datamaestro.engine.content import Content, open_content
from datamaestro.engine.digests import ALWAYS, Digester, Found
from datamaestro.engine.expansion.chain import Expansion
from datamaestro.engine.expansion.flow import Flow
from datamaestro.engine.expansion.limits import Meter
from datamaestro.engine.expansion.refusal import Refused
from datamaestro.engine.expansion.sinks import FileSink, Result
from datamaestro.engine.expansion.tree import TreeSink
from datamaestro.engine.following import Follower, Spoiled
from datamaestro.engine.hosts import MOST
from datamaestro.engine.ramp import Ramp
from datamaestro.engine.reception import ContentChanged, Reception
from datamaestro.engine.run import BLOCK
from datamaestro.engine.small import receive_small, write_small
from datamaestro.engine.spool import Spool
from datamaestro.errors import ContentError, TransferError
from datamaestro.store.partial import Mark, Partial, partial_of
from datamaestro.store.writers import MADE
from datamaestro_hookspecs.errors import shown
from datamaestro_hookspecs.events import TransferAdvanced, TransferEnded, TransferStarted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.expansion.sinks import Sink
    from datamaestro.engine.expected import Expected
    from datamaestro.engine.retries import Patience
    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.cards import ResourceCard, Transform

    Taken = tuple[Mapping[str, str], Result]


@frozen
class Arrived:
    """A file that has arrived and passed its checks.

    Args:
        result: in the run's own folder.
        spool: the file as it was published; the same path where nothing changed it.
        url: where it came from.
        validator: of its content, empty where the server gave none.
        sha256: of the file as it was published.
    """

    result: Result
    spool: Path
    url: str
    validator: str
    sha256: str


@define(eq=False)
class Attempt:
    """One address of a resource. What has arrived stays for a later run, whatever happens.

    Args:
        run: that it belongs to.
        expected: what is declared of the file, and its address.
        published: name of the file as it is published.
        transforms: what is done to the bytes.
        work: the folder in which the resource is made.
        patience: with this address.
    """

    run: Run
    expected: Expected
    published: str
    transforms: tuple[Transform, ...]
    work: Path
    patience: Patience
    partial: Partial = field(init=False)
    there: int = 0
    begun: bool = False
    joined: bool = False
    kept: bool = False

    @property
    def resource(self) -> ResourceCard:
        """What is to be made."""
        return self.expected.resource

    @property
    def url(self) -> str:
        """The address."""
        return self.expected.url

    def __attrs_post_init__(self) -> None:
        self.partial = partial_of(self.work, self.url, self._name)

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
                if self.kept:
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
            opening = time.monotonic() - began
            self.begun = True
            try:
                digests, result = self._receive(connection, content, opening)
            except ContentError:
                self.expected.refuse_page(content.facts)
                raise
            if not content.checkable:
                self.expected.refuse_page(content.facts)
        validator = content.facts.validator or ""
        return Arrived(result, self.partial.path, self.url, validator, digests[ALWAYS])

    def _receive(self, connection: Connection, content: Content, opening: float) -> Taken:
        run, size, start = self.run, content.facts.size, self.partial.journal.length
        islands = self.partial.journal.islands if content.checkable else ()
        self.there = start + sum(stop - start for start, stop in islands)
        self.joined = self.there > 0
        told = self.expected.source.size or size
        run.send(TransferStarted(run.card.identity, self.resource.name, self.url, told, self.there))
        if not self.there:
            block = self._receive_small(connection, content)
            if block is not None:
                if content.joinable and 0 < len(block) != size:  # whoever sees it can go on with it
                    self.partial.add(Mark(len(block), sha256(block).hexdigest()))
                write_small(self.partial.path, block)
                self.there = start = len(block)
                if start == size and not self.transforms:
                    return self._checked(block)
                self._advanced(start)
        ramp = Ramp(self._most(content), opening)
        with (
            Spool(self.partial.path, start, size, islands) as spool,
            Reception(run, content, spool, ramp, self.patience, self._advanced) as reception,
        ):
            at_once = start == size and start <= BLOCK
            (reception.receive if at_once else reception.start)(connection)
            try:
                return self._take_and_check(spool, content, at_once=at_once)
            finally:
                self.there = spool.pieces.there
                self.joined |= reception.joined

    def _receive_small(self, connection: Connection, content: Content) -> memoryview | None:
        try:
            return receive_small(self.run, connection, content)
        except TransferError as error:
            connection.close()
            self.patience.after(error, 0)
            raise ContentChanged(self.url) from None

    def _checked(self, block: memoryview) -> Taken:
        """Check a small file; the digests are those that are declared."""
        digester = Digester(self.expected.algorithms)
        digester.update(block)
        digests = digester.result()
        self.expected.check(len(block), Found(digests, digests))
        return digests, Result(self.partial.path, digests)

    def _take_and_check(self, spool: Spool, content: Content, *, at_once: bool) -> Taken:
        """Take all bytes; the digests are those that are declared."""
        digests, result = self._take(spool, content, at_once=at_once)
        self.expected.check(spool.pieces.there, Found(digests, result.digests))
        return digests, result

    def _take(self, spool: Spool, content: Content, *, at_once: bool) -> Taken:
        algorithms = self.expected.algorithms
        follower = Follower(
            self.run,
            spool,
            self.partial,
            algorithms,
            self._advanced,
            journalled=content.joinable,
            lasting=bool(self.resource.folder),
        )
        if not self.transforms:
            digests = follower.follow()
            return digests, Result(self.partial.path, digests)
        if at_once:
            digests = follower.follow()
            try:
                return digests, self._expand(spool, ahead=False)
            except Refused as error:
                if self._may_be_kept(error):
                    self._keep_as_published(spool, digests, error)
                raise
        with ThreadPoolExecutor(1, thread_name_prefix="datamaestro-digest") as other:
            digesting = other.submit(follower.follow)
            try:
                result = self._expand(spool, ahead=True)
            except Refused as error:
                if self._may_be_kept(error):
                    self._keep_as_published(spool, digesting.result(), error)
                spool.fail(error)
                raise
            except BaseException as error:
                spool.fail(error)
                if isinstance(spoiled := digesting.exception(), Spoiled):
                    raise spoiled from error
                raise
            return digesting.result(), result

    def _may_be_kept(self, error: Refused) -> bool:
        """Return whether it can be told that the definition has to be mended, not the file."""
        return error.keeps and bool(self.expected.source.digests)

    def _keep_as_published(self, spool: Spool, digests: Mapping[str, str], error: Refused) -> None:
        """Keep what is refused for the next run, since it is what its definition says.

        Raises:
            ContentError: it is something else.
        """
        self.expected.check(spool.pieces.there, Found(digests, digests), published=True)
        self.kept = True
        error.hint += "; what has arrived stays for the next run"

    def _expand(self, spool: Spool, *, ahead: bool) -> Result:
        """Write what the transformations make of what arrives."""
        resource, place = self.resource, self.work / MADE / self._name
        arrival = Arrival(self.url, spool)

        def whole() -> Path:
            arrival.position = spool.wait()
            return spool.path

        meter = Meter(resource.limits, lambda: arrival.position, self.run.check)
        sink: Sink
        if resource.folder:
            sink = TreeSink(place, meter, unwrap=resource.unwrap)
        else:
            sink = FileSink(place, self.expected.algorithms, meter)
        where, plugins = shown(self.url), self.run.plugins
        expansion = Expansion(where, plugins, meter, sink, self.work / MADE, ahead, spool.fail)
        flow = Flow(self.published, io.BufferedReader(arrival, BLOCK), whole)
        return expansion.carry_out(flow, self.transforms)

    def _keep_aside(self, error: ContentError) -> None:
        """Keep what is wrong where it can be looked at; nothing goes on with it."""
        self.run.keep_aside(self.partial.path, self.resource.label, error)
        self.partial.forget()

    def _advanced(self, there: int) -> None:
        self.run.send(TransferAdvanced(self.run.card.identity, self.resource.name, there))

    def _most(self, content: Content) -> int:
        """Return how many connections there may be."""
        local = self.run.plugins.downloader(self.url)[0].local
        return MOST if content.divisible and not local else 1

    @property
    def _name(self) -> str:
        return basename(self.resource.label)
