"""Byte ranges of files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import TransferError

FORM = "it is not of the form file:///path"


class FileDownloader:
    """Opens ``file:`` URLs of this machine."""

    def open(self, request: Request) -> Response:
        """Open a file at ``request.start``; at 0 where its content has changed.

        Raises:
            TransferError: it cannot be opened.
        """
        try:
            parts = urlsplit(request.url)
        except ValueError as error:
            raise TransferError(request.url, FORM) from error
        if parts.netloc not in ("", "localhost"):
            raise TransferError(request.url, f"{parts.hostname} is another machine")
        path = Path(os.fsdecode(unquote_to_bytes(parts.path)))
        if not path.is_absolute() or "\0" in parts.path or "%00" in parts.path:
            raise TransferError(request.url, FORM)
        return open_path(path, request)

    def probe(self, request: Request) -> Facts:
        """Return what is known about a file.

        Raises:
            TransferError: it cannot be opened.
        """
        with self.open(request) as response:
            return response.facts


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
