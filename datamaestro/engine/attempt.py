"""One try at one address: receiving, digesting, spooling and expanding in one pass."""

from __future__ import annotations

import io
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import define, field, frozen

from datamaestro.engine.arrival import BLOCK, Arrival
from datamaestro.engine.digests import Digester, Found, check_digests
from datamaestro.errors import ContentError, DatamaestroError, PluginError, TransferError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.downloaders import Request, Response
from datamaestro_hookspecs.errors import shown
from datamaestro_hookspecs.events import TransferAdvanced, TransferEnded, TransferStarted

if TYPE_CHECKING:
    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.cards import ResourceCard, Source, Transform
    from datamaestro_hookspecs.downloaders import Facts


log = logging.getLogger("datamaestro")

PAGES = {"text/html", "application/xhtml+xml"}
"""Media types of web pages."""


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
        self.folder = self.run.fresh_folder()
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
        request = Request(self.url, timeout=run.settings.timeout)
        try:
            with run.opened(self._open(request)) as response:
                try:
                    self._take(response)
                    found = self._checked()
                except ContentError as error:
                    raise (self._page() if self._is_page(response) else error) from error
            if not self._vouched and self._is_page(response):
                raise self._page()
        except BaseException as error:
            failure = str(error)
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            name = self.resource.name
            run.send(TransferEnded(run.card.identity, name, self.received, failure))
        return Arrived(self.result, self.spool, self.url, response.facts, found)

    def _open(self, request: Request) -> Response:
        """Open the URL with the plugin of its scheme."""
        _, downloader = self.run.plugins.downloader(self.url)
        log.debug("opening %s", shown(self.url))
        try:
            response = downloader.open(request)
            if not isinstance(response, Response) or response.start != request.start:
                raise TypeError(f"it gave {response!r}")
        except DatamaestroError:
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            raise TransferError(self.url, reason, retry=True) from error
        except (Exception, SystemExit) as error:
            what = f"{type(error).__name__}: {error}"
            raise PluginError(f"{shown(self.url)}: its downloader fails: {what}") from error
        return response

    def _checked(self) -> Found:
        """Return the digests, which are those that are declared."""
        self._check_size(self.received)
        published = self.published.result()
        found = Found(published, self.expanded.result() if self.transforms else published)
        check_digests(self.resource, self.url, found)
        return found

    @property
    def _vouched(self) -> bool:
        """Whether a digest says that the content is the right one."""
        return bool(self.source.digests or self.resource.digests or self.resource.either)

    def _is_page(self, response: Response) -> bool:
        """Whether a web page came where none was asked for."""
        name = urlsplit(self.source.urls[0]).path.lower()
        media_type = (response.facts.media_type or "").partition(";")[0].strip().lower()
        return media_type in PAGES and not name.endswith((".html", ".htm", ".xhtml", "/"))

    def _page(self) -> ContentError:
        return ContentError(
            f"{shown(self.url)} gave a web page instead of the data",
            hint="a login, a quota or the network's own page? open the URL in a browser",
        )

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
            self.received = arrival.received

    def _advanced(self, received: int) -> None:
        self.received = received
        event = TransferAdvanced(self.run.card.identity, self.resource.name, received)
        self.run.send(event)

    def _expand(self, arrival: Arrival) -> None:
        """Write what the transformations make of the bytes as they arrive."""
        with storage_errors(self.result), self.result.open("xb") as file:
            stream: io.BufferedIOBase = io.BufferedReader(arrival, BLOCK)
            buffer = memoryview(bytearray(BLOCK))
            steps = [(self.run.plugins.transformer(each.name), each) for each in self.transforms]
            try:
                for transformer, transform in steps:
                    changed = transformer.open(stream, transform.options)
                    if isinstance(changed, io.RawIOBase):
                        changed = io.BufferedReader(changed, BLOCK)
                    stream = changed
                while count := stream.readinto(buffer):
                    self.expanded.update(buffer[:count])
                    with storage_errors(self.result):
                        file.write(buffer[:count])
                if count is None:
                    raise ValueError("its stream gives nothing and does not end")
            except DatamaestroError:
                raise
            except (Exception, SystemExit) as error:
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
