"""What went wrong, in a few words, and without secrets."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import IncompleteRead
from typing import NoReturn

from datamaestro_hookspecs.errors import ActionNeeded, TransferError, shown, without_secrets

PROXY_ASKS = "Tunnel connection failed: 407"
"""What urllib3 says when a proxy wants credentials before it connects to a server."""

NO_URL = "its URL, or that of a proxy, is none: is its password percent-encoded?"
"""Instead of what requests says, which may be a part of the password."""


def public(url: str) -> str:
    """Return a URL as it may be shown, also where its password was not percent-encoded.

    With a ``/`` in it, the password seems to be a port and a path; then all up to the last ``@`` is
    left out.
    """
    usual = without_secrets(url)
    return shown(re.sub(r"(//[^/?#@]*:).*@", r"\1…/…@", usual, flags=re.DOTALL))


def transfer_error(
    url: str, reason: str, *, retry: bool = False, after: float | None = None
) -> TransferError:
    """Return a TransferError of a URL, whose message shows no password."""
    error = TransferError(public(url), reason, retry=retry, after=after)
    error.url = url
    return error


def short_reason(error: BaseException) -> str:
    """Return the innermost reason of a chain of wrapped errors, on one line.

    requests wraps what urllib3 wraps what the socket says; only the last is worth reading. URLs in
    it, which may have passwords in any spelling, lose all before their ``@``.
    """
    inner = getattr(error, "reason", None) or next(
        (argument for argument in error.args if isinstance(argument, BaseException)), None
    )
    if isinstance(inner, BaseException) and inner is not error:
        return short_reason(inner)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, IncompleteRead):
        return "the connection ended too early"
    if isinstance(error, UnicodeEncodeError):  # its own words quote what is to be kept
        return f"a header cannot be sent: {error.reason}"
    text = re.sub(r"\[Errno -?\d+\] ", "", " ".join(str(error).split()))
    if type(error).__module__.startswith("urllib3"):
        text = text.rpartition(": ")[2]  # before it stands the connection, as Python shows it
    return re.sub(r"\S*//.*@|\S*@", "…@", text) or type(error).__name__


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, in either of its forms."""
    if not header:
        return None
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def proxy_asks(url: str) -> ActionNeeded:
    """Return the error for a proxy that wants credentials."""
    return ActionNeeded(
        f"the proxy asks for credentials before it lets {public(url)} through",
        hint="give them in HTTP_PROXY or HTTPS_PROXY: http://user:password@proxy:port",
    )


@cache
def known_failures() -> tuple[type[Exception], ...]:
    """Return what requests and urllib3 raise."""
    import requests
    import urllib3

    return (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


def fail(url: str, error: Exception, *, reading: bool = False) -> NoReturn:
    """Raise the error that one of the known failures means.

    Args:
        url: that was asked for.
        error: the failure.
        reading: whether a body was being read; then another try may always be of use.
    """
    from requests import exceptions
    from urllib3.exceptions import InvalidHeader, SSLError

    final = (ValueError, SSLError, InvalidHeader)
    legible = (exceptions.InvalidSchema, UnicodeEncodeError)
    reason, secret = short_reason(error), "@" in url
    if isinstance(error, ValueError) and not isinstance(error, legible) and not reading:
        reason, secret = NO_URL, True
    if PROXY_ASKS in reason:
        raise proxy_asks(url) from None
    lasting = isinstance(error, final) or isinstance(getattr(error, "reason", None), final)
    passing = reading or not lasting or "EOF occurred" in reason
    cause = None if secret or "@" in str(error) else error  # what it says may show a password
    raise transfer_error(url, reason, retry=passing) from cause
