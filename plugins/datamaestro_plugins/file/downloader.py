"""Byte ranges of files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import TransferError


class FileDownloader:
    """Opens ``file:`` URLs of this machine."""

    def open(self, request: Request) -> Response:
        """Open a file at ``request.start``; at 0 where its content has changed.

        Raises:
            TransferError: it cannot be opened.
        """
        parts = urlsplit(request.url)
        if parts.netloc not in ("", "localhost"):
            raise TransferError(request.url, f"{parts.netloc} is another machine")
        path = Path(url2pathname(parts.path))
        if not path.is_absolute() or "\0" in parts.path or "%00" in parts.path:
            raise TransferError(request.url, "it is not of the form file:///path")
        return open_path(path, request)


def open_path(path: Path, request: Request) -> Response:
    """Open a file as a response; size and modification time are its validator."""
    try:
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, "there is no such file")
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise TransferError(request.url, error.strerror or str(error)) from error
    status = os.fstat(file.fileno())
    validator = f"{status.st_size}-{status.st_mtime_ns}"
    start = request.start if request.validator in (None, validator) else 0
    file.seek(start)
    facts = Facts(size=status.st_size, validator=validator, ranges=True)
    return Response(facts, lambda buffer: file.readinto(buffer) or 0, start, file.close)
