"""URLs of files of this computer, where users may give a path."""

from __future__ import annotations

import re
from urllib.parse import unquote

from datamaestro.errors import UsageError

HERE = (None, "", "localhost")
"""The hosts that such a URL may have."""


def path_of(text: str) -> str:
    """Return the path that a text is, or that it stands for as a URL.

    Raises:
        UsageError: it is a URL of another computer.

    >>> path_of("file:///media/my%20disk"), path_of("file:/media/disk"), path_of("media/a%20b")
    ('/media/my disk', '/media/disk', 'media/a%20b')
    """
    url = re.fullmatch(
        r"file:(?://(?P<host>[^/]*))?(?P<path>/.*)?", text, re.DOTALL | re.IGNORECASE
    )
    if url is None or (url["host"] is None and url["path"] is None):
        return text
    if (url["host"] or "").lower() not in HERE:
        raise UsageError(f"{text} is on another computer", hint=f"{url['host']}:")
    return unquote(url["path"] or "", errors="surrogateescape")
