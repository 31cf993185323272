"""Byte ranges over HTTP, with requests: proxies, certificates and ``~/.netrc`` as it does them."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from datamaestro.version import __version__
from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import ActionNeeded, TransferError, shown
from datamaestro_plugins.http.failures import retry_after, short_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

USER_AGENT = f"datamaestro/{__version__} (+https://github.com/experimaestro/datamaestro)"

TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
"""Statuses after which the same request may succeed later."""

MOST = 1 << 17
"""Bytes read at a time, so that a slow server's are soon seen."""

UNAUTHORIZED = 401
OK, PARTIAL = 200, 206


class HTTPDownloader:
    """Opens URLs; connections are kept and shared by all threads."""

    @cached_property
    def session(self) -> requests.Session:
        """The connections."""
        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=16))
        return session

    def open(self, request: Request) -> Response:
        """Open a URL at ``request.start``; at 0 where its content has changed.

        Raises:
            TransferError: it cannot be opened.
            ActionNeeded: the server asks for credentials.
        """
        wanted = _headers(request)
        with _failures(request.url):
            answer = self.session.get(
                request.url, headers=wanted, stream=True, timeout=request.timeout
            )
        if answer.status_code not in ({OK, PARTIAL} if wanted else {OK}):
            answer.close()
            raise _refusal(request.url, answer)
        start, size = _extent(answer)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            answer.raw.decode_content, size = True, None  # though it was not asked for
        facts = Facts(
            size=size,
            validator=answer.headers.get("ETag") or answer.headers.get("Last-Modified"),
            media_type=answer.headers.get("Content-Type"),
            ranges=answer.status_code == PARTIAL or answer.headers.get("Accept-Ranges") == "bytes",
        )

        def readinto(buffer: memoryview) -> int:
            with _failures(request.url):
                return answer.raw.readinto(buffer[:MOST]) or 0

        def close() -> None:
            if not answer.raw.closed:
                with suppress(RuntimeError, ValueError, OSError):
                    answer.raw.shutdown()  # wakes a thread that waits for bytes
            answer.close()

        return Response(facts, readinto, start, close)


def _headers(request: Request) -> dict[str, str]:
    if request.start == 0 and request.stop is None:
        return {}
    last = "" if request.stop is None else request.stop - 1
    headers = {"Range": f"bytes={request.start}-{last}"}
    if request.validator:
        headers["If-Range"] = request.validator
    return headers


def _extent(answer: requests.Response) -> tuple[int, int | None]:
    """Return the offset of the first byte, and the size of the whole where it is known."""
    if answer.status_code == PARTIAL:
        found = re.match(
            r"bytes (\d{1,18})-\d+/(\d{1,18}|\*)", answer.headers.get("Content-Range", "")
        )
        if found is None:
            raise TransferError(answer.url, "the server sent a part without saying which")
        return int(found[1]), None if found[2] == "*" else int(found[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if re.fullmatch(r"\d{1,18}", length) else None


def _refusal(url: str, answer: requests.Response) -> Exception:
    reason = f"the server says {answer.status_code} {answer.reason}"
    if answer.status_code == UNAUTHORIZED:
        return ActionNeeded(f"{shown(url)} asks for credentials", hint="add them to ~/.netrc")
    return TransferError(
        url,
        reason,
        retry=answer.status_code in TRANSIENT,
        after=retry_after(answer.headers.get("Retry-After")),
    )


@contextmanager
def _failures(url: str) -> Iterator[None]:
    """Turn what requests and urllib3 raise into a :class:`TransferError`."""
    import requests
    import urllib3

    final: tuple[type[Any], ...] = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
        requests.exceptions.TooManyRedirects,
        requests.exceptions.SSLError,
    )
    try:
        yield
    except final as error:
        raise TransferError(url, short_reason(error)) from error
    except ValueError as error:
        raise TransferError(url, f"{type(error).__name__}: {error}") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise TransferError(url, short_reason(error), retry=True) from error
