"""What an answer's status and headers say (RFC 9110)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datamaestro.settings import config_path
from datamaestro_hookspecs.downloaders import Facts
from datamaestro_hookspecs.errors import ActionNeeded, DatamaestroError
from datamaestro_plugins.http.failures import proxy_asks, public, retry_after, transfer_error

if TYPE_CHECKING:
    import urllib3

    from datamaestro_plugins.http.hosts import Host

TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
"""Statuses after which the same request may succeed later."""

OK, PARTIAL = 200, 206
UNSATISFIABLE = 416
UNAUTHORIZED, FORBIDDEN, PROXY_UNAUTHORIZED = 401, 403, 407

GZIP = ("gzip", "x-gzip")
GZIP_NAMES = (".gz", ".tgz")
GZIP_TYPES = ("application/gzip", "application/x-gzip")

CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")


def facts_of(answer: urllib3.BaseHTTPResponse) -> Facts:
    """Return what the headers say about the whole content."""
    media_type = answer.headers.get("Content-Type")
    if encoded(answer):  # though it was not asked for: sizes and offsets are of other bytes
        return Facts(media_type=media_type)
    return Facts(
        size=_size(answer),
        validator=_validator(answer),
        media_type=media_type,
        ranges=answer.status == PARTIAL or answer.headers.get("Accept-Ranges") == "bytes",
    )


def encoded(answer: urllib3.BaseHTTPResponse) -> bool:
    """Return whether the body is encoded for its way, such as compressed.

    Many a server says so of a file that is published as ``.gz`` (``AddEncoding x-gzip .gz`` of
    Apache's example configuration); it sends it as it is.
    """
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding in GZIP and _is_gzip_file(answer):
        return False
    return encoding not in ("", "identity")


def _is_gzip_file(answer: urllib3.BaseHTTPResponse) -> bool:
    """Return whether what was asked for is itself compressed, by its name or its media type."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    path = urlsplit(answer.url or "").path
    return media_type in GZIP_TYPES or path.lower().endswith(GZIP_NAMES)


def first_byte(answer: urllib3.BaseHTTPResponse) -> int | None:
    """Return the offset of the first byte of a part; None where the answer does not tell."""
    found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def ends_at(answer: urllib3.BaseHTTPResponse, offset: int) -> bool:
    """Return whether a range was refused since the content ends where it was to begin."""
    return answer.status == UNSATISFIABLE and (
        answer.headers.get("Content-Range") == f"bytes */{offset}"
    )


def is_of_another_content(answer: urllib3.BaseHTTPResponse, validator: str | None) -> bool:
    """Return whether the answer has another validator of the same kind."""
    name = "ETag" if (validator or "").endswith('"') else "Last-Modified"
    return validator is not None and answer.headers.get(name, validator) != validator


def refusal(url: str, answer: urllib3.BaseHTTPResponse, host: Host) -> DatamaestroError:
    """Return the error that a status means.

    Args:
        url: that was asked for.
        answer: with the status.
        host: that gave it.
    """
    status, name = answer.status, host.name
    if status == UNAUTHORIZED:
        return ActionNeeded(
            f"{name} asks for credentials for {public(url)}",
            hint=f'add them to ~/.netrc, or under [hosts."{name}"] to {config_path()}',
        )
    if status == PROXY_UNAUTHORIZED:
        return proxy_asks(url)
    reason = f"the server says {status} {answer.reason}"
    if status == FORBIDDEN and not host.credentials:
        reason += f"; {name} may want credentials"
    after = retry_after(answer.headers.get("Retry-After"))
    return transfer_error(url, reason, retry=status in TRANSIENT, after=after)


def _size(answer: urllib3.BaseHTTPResponse) -> int | None:
    """Return the size of the whole content in bytes, where it is known."""
    if answer.status == PARTIAL:
        found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        return int(found[2]) if found and found[2] != "*" else None
    length = answer.headers.get("Content-Length", "")
    is_known = "Transfer-Encoding" not in answer.headers and re.fullmatch(r"\d{1,18}", length)
    return int(length) if is_known else None


def _validator(answer: urllib3.BaseHTTPResponse) -> str | None:
    """Return what may stand in ``If-Range``: a weak ETag may not."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified")
