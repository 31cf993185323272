"""What is behind a URL, told from how it begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.engine.addresses import addresses
from datamaestro.engine.expansion.formats import PAGES
from datamaestro.engine.expected import PAGES as PAGE_TYPES
from datamaestro.engine.opening import open_url
from datamaestro.engine.retries import Patience, try_each
from datamaestro.errors import OfflineError, TransferError
from datamaestro_hookspecs.downloaders import Request

if TYPE_CHECKING:
    from datamaestro.context import Context
    from datamaestro_hookspecs.downloaders import Response

ENOUGH = 1 << 16
"""Bytes at the beginning that tell what it is."""


@frozen
class Head:
    """The beginning of a file.

    Args:
        content: its first bytes.
        size: of the whole, in bytes; None where nobody says.
        media_type: without parameters, in small letters; empty where nobody says.
    """

    content: bytes
    size: int | None = None
    media_type: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a web page."""
        begins = self.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:14].lower()
        return self.media_type in PAGE_TYPES or begins.startswith(PAGES)


def head_of(url: str, context: Context, dataset: str) -> Head:
    """Ask for the beginning of what is behind a URL, at its mirrors first.

    One request is made, for a range: a server that knows none, or no HEAD, answers it, too.

    Args:
        url: that is asked.
        context: whose settings hold.
        dataset: id of what it is to become, for messages.

    Raises:
        TransferError: it cannot be had.
        ActionNeeded: the server asks for credentials.
        OfflineError: it would need a network, and none may be used.
    """
    urls = addresses((url,), context.settings.mirrors)
    if context.settings.offline:
        urls = [one for one in urls if context.plugins.downloader(one)[0].local]
    if not urls:
        raise OfflineError(dataset, (url,))

    def ask(address: str) -> Head:
        patience = Patience(context.settings.retries, time.sleep)
        while True:
            try:
                return _ask(address, context)
            except TransferError as error:
                patience.after(error, 0)

    return try_each(urls, ask)


def _ask(url: str, context: Context) -> Head:
    request = Request(url, stop=ENOUGH, timeout=context.settings.timeout)
    with open_url(request, context.plugins) as response:
        media_type = (response.facts.media_type or "").partition(";")[0].strip().lower()
        return Head(_beginning(url, response, request.timeout), response.facts.size, media_type)


def _beginning(url: str, response: Response, timeout: float) -> bytes:
    """Return the first bytes; fewer from a server that takes too long for them."""
    buffer = bytearray(ENOUGH)
    there, until = 0, time.monotonic() + timeout
    while there < ENOUGH and time.monotonic() < until:
        try:
            count = response.readinto(memoryview(buffer)[there:])
        except OSError as error:
            raise TransferError(url, f"the connection broke: {error}", retry=True) from error
        if count == 0:
            break
        there += count
    return bytes(buffer[:there])
