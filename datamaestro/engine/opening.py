"""Opening a URL with the plugin of its scheme, whatever that raises or returns."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datamaestro.errors import ContentError, DatamaestroError, PluginError, TransferError
from datamaestro_hookspecs.downloaders import Request, Response
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from datamaestro.plugins.registry import Plugins

log = logging.getLogger("datamaestro")

PAGES = {"text/html", "application/xhtml+xml"}
PAGE_NAMES = (".html", ".htm", ".xhtml", "/")
"""Media types of web pages, and how the URLs of pages end."""


def open_url(request: Request, plugins: Plugins) -> Response:
    """Open a URL.

    Raises:
        TransferError: it cannot be opened.
        PluginError: its plugin does not do what a downloader does.
    """
    _, downloader = plugins.downloader(request.url)
    log.debug("opening %s", shown(request.url))
    try:
        response = downloader.open(request)
        if not isinstance(response, Response) or response.start != request.start:
            raise TypeError(f"it gave {response!r}")
    except DatamaestroError:
        raise
    except OSError as error:
        raise TransferError(request.url, error.strerror or str(error), retry=True) from error
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise PluginError(f"{shown(request.url)}: its downloader fails: {what}") from error
    return response


def refuse_page(url: str, published: str, response: Response) -> None:
    """Refuse a web page that came where data were asked for.

    Args:
        url: where it came from.
        published: the URL whose name says what was asked for.
        response: with the media type.

    Raises:
        ContentError: it is a page.
    """
    media_type = (response.facts.media_type or "").partition(";")[0].strip().lower()
    if media_type in PAGES and not urlsplit(published).path.lower().endswith(PAGE_NAMES):
        raise ContentError(
            f"{shown(url)} gave a web page instead of the data",
            hint="a login, a quota or the network's own page? open the URL in a browser",
        )
