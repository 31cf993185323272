"""Opening a URL with the plugin of its scheme, whatever that raises or returns."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from datamaestro.errors import DatamaestroError, PluginError, TransferError
from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.plugins.services import Plugins

log = logging.getLogger("datamaestro")


def open_url(request: Request, plugins: Plugins) -> Response:
    """Open a URL.

    Raises:
        TransferError: it cannot be opened.
        PluginError: its plugin does not do what a downloader does.
    """
    _, downloader = plugins.downloader(request.url)
    if log.isEnabledFor(logging.DEBUG):
        log.debug("opening %s", shown(request.url))
    with _translated(request.url):
        response = downloader.open(request)
        if not isinstance(response, Response) or response.start not in (request.start, 0):
            raise TypeError(f"it gave {response!r}")
    return response


def read_head(request: Request, plugins: Plugins) -> tuple[Facts, bytes]:
    """Open a URL, read its first bytes, and close it again.

    Args:
        request: whose ``stop`` says how many bytes are wanted.
        plugins: that open it.

    Returns:
        what is known about its content, and what that begins with; fewer bytes where it ends, or
        where they have not come within the time-out.

    Raises:
        TransferError: it cannot be opened or read.
        PluginError: its plugin does not do what a downloader does.
    """
    head = memoryview(bytearray(request.stop or 0))
    there = 0
    with _translated(request.url), open_url(request, plugins) as response:
        end = time.monotonic() + request.timeout
        while there < len(head) and time.monotonic() < end:
            count = response.readinto(head[there:])
            if count == 0:
                break
            there += count
        return response.facts, bytes(head[:there])


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turn whatever a downloader raises into an error of ours."""
    try:
        yield
    except DatamaestroError:
        raise
    except OSError as error:
        raise TransferError(url, error.strerror or str(error), retry=True) from error
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise PluginError(f"{shown(url)}: its downloader fails: {what}") from error


def probe_url(request: Request, plugins: Plugins) -> Facts:
    """Return what is known about a URL without fetching it; nothing where its plugin cannot ask.

    Raises:
        TransferError: it could not be opened.
        PluginError: its plugin does not do what a downloader does.
    """
    _, downloader = plugins.downloader(request.url)
    probe = getattr(downloader, "probe", None)
    if probe is None:
        return Facts()
    with _translated(request.url):
        facts = probe(request)
        if not isinstance(facts, Facts):
            raise TypeError(f"it gave {facts!r}")
    return facts
