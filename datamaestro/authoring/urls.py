"""URLs as authors type them, and files of theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from datamaestro.errors import UsageError
from datamaestro_hookspecs.errors import without_secrets

if TYPE_CHECKING:
    from pathlib import Path
    from urllib.parse import SplitResult

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
SAFE = "!$%&'()*+,/:;=?@~"
"""What stays as it is in a path or a query, besides letters and digits."""


def is_url(text: str) -> bool:
    """Return whether a text begins as a URL does."""
    return SCHEME.match(text) is not None


def written(text: str) -> str:
    """Return a URL as it is written in a definition: quoted, and without its fragment.

    >>> written("https://example.org/a b.csv#top")
    'https://example.org/a%20b.csv'

    Raises:
        UsageError: it is no URL, or has a user or a password.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        host = _host(parts)
    except ValueError as error:  # also what IDNA refuses
        raise UsageError(f"{text!r} is no URL: {error}") from error
    if without_secrets(text) != text:
        raise UsageError(
            f"{without_secrets(text)} is given with a user or a password, which all could read",
            hint="put them into ~/.netrc, and leave them out here",
        )
    if parts.scheme in ("http", "https") and not host:
        raise UsageError(f"{text!r} names no host")
    path = quote(parts.path or ("/" if host else ""), safe=SAFE, errors="replace")
    query = f"?{quote(parts.query, safe=SAFE, errors='replace')}" if parts.query else ""
    slashes = "//" if text.partition(":")[2].startswith("//") else ""
    return f"{parts.scheme}:{slashes}{host}{path}{query}"


def url_of_file(path: Path) -> str:
    """Return the URL of a file of this computer.

    Raises:
        UsageError: it is none.
    """
    if not path.is_file():
        raise UsageError(f"{path} is no file")
    return path.resolve().as_uri()


def _host(parts: SplitResult) -> str:
    """Return host and port in ASCII; raise ``ValueError`` where they are none."""
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode()
    if re.search(r"[^a-z0-9._:%-]", host):
        raise ValueError(f"{host!r} is no host")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port is None else f"{host}:{parts.port}"
