"""Asking servers about many URLs: side by side, but few at a time of each host, and each once."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.attention import take
from datamaestro.engine.hosts import host_of
from datamaestro.engine.opening import read_head
from datamaestro.engine.retries import LONGEST_WAIT, Patience
from datamaestro.errors import DatamaestroError, PluginError, TransferError
from datamaestro_hookspecs.downloaders import Facts, Request

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings

PER_HOST = 2
"""Requests to one host at a time."""

RETRIES = 2
"""Further tries of a URL that failed in passing, at most; none where another has just failed so."""

SILENCES = 3
"""URLs that fail in passing one after the other, until their host is left alone."""

HEAD = 1024
"""Bytes that are asked for: they tell a web page, and nearly every format."""


@frozen
class Answer:
    """What came of asking about a URL.

    Args:
        url: that was asked about.
        facts: about its content.
        head: what that begins with.
        error: why it is not to be had; PluginError: why nobody was asked.
    """

    url: str
    facts: Facts = field(factory=Facts)
    head: bytes = b""
    error: DatamaestroError | None = None


def ask_all(
    urls: Iterable[str], plugins: Plugins, settings: Settings
) -> Generator[Answer, None, None]:
    """Ask about URLs; the answers come in no order.

    Whoever stops iterating stops the asking: what has been sent is not waited for.

    Args:
        urls: each is asked about once.
        plugins: that open them.
        settings: how many at a time, how long, and how often again.
    """
    wanted = list(dict.fromkeys(urls))
    campaign = _Campaign(plugins, settings)
    pool = ThreadPoolExecutor(settings.jobs, thread_name_prefix="datamaestro-check")
    try:
        for lane in lanes(wanted):
            pool.submit(campaign.walk, lane)
        for _ in wanted:
            yield take(campaign.told)
    finally:
        campaign.stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)


def lanes(urls: Iterable[str]) -> list[list[str]]:
    """Return lists of URLs; those of a list are asked about one after the other.

    A host has not more lists than requests that it may get at a time; the longest come first.
    """
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        hosts[host_of(url)].append(url)
    found = [each[start::PER_HOST] for each in hosts.values() for start in range(PER_HOST)]
    return sorted(filter(None, found), key=len, reverse=True)


@define(eq=False)
class _Campaign:
    """What the threads share that ask."""

    plugins: Plugins
    settings: Settings
    told: SimpleQueue[Answer] = field(factory=SimpleQueue)
    stopping: Event = field(factory=Event)

    def walk(self, lane: Sequence[str]) -> None:
        """Ask about the URLs of a list, until their host has failed too often or all is stopped."""
        silent = 0
        for url in lane:
            if self.stopping.is_set():
                return
            if silent == SILENCES:
                reason = f"{host_of(url)} is left alone, since it fails or asks for that"
                self.told.put(Answer(url, error=TransferError(url, reason, retry=True)))
                continue
            answer = self._ask(url, retries=0 if silent else RETRIES)
            self.told.put(answer)
            silent = self._silences(silent, answer.error)

    def _silences(self, before: int, error: DatamaestroError | None) -> int:
        """Return how many URLs have failed in a row; first wait, as long as their host asks for."""
        if not isinstance(error, TransferError) or not error.retry:
            return 0
        asked = error.after or 0.0
        if asked > LONGEST_WAIT:
            return SILENCES
        self.stopping.wait(asked)
        return before + 1

    def _ask(self, url: str, *, retries: int) -> Answer:
        """Ask about a URL, and again where that may help."""
        try:
            record, _ = self.plugins.downloader(url)
            if self.settings.offline and not record.local:
                raise PluginError("no request is made offline")
            request = Request(url, 0, self._head, timeout=self.settings.timeout)
            patience = Patience(min(retries, self.settings.retries), self.stopping.wait)
            while True:
                try:
                    return Answer(url, *read_head(request, self.plugins))
                except TransferError as error:
                    if self.stopping.is_set():
                        raise
                    patience.after(error, 0)
        except DatamaestroError as error:
            return Answer(url, error=error)
        except Exception as error:  # noqa: BLE001 - a thread that ends would never answer
            return Answer(url, error=PluginError(f"{type(error).__name__}: {error}"))

    @property
    def _head(self) -> int:
        return max(HEAD, self.plugins.magic_size())
