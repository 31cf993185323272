"""Byte ranges of files inside installed Python packages, also zipped ones."""

from __future__ import annotations

import hashlib
import io
from importlib.resources import files

from datamaestro_hookspecs.cards import is_inside
from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import TransferError


class PackageDownloader:
    """Opens ``package:some.package/folder/file``."""

    def open(self, request: Request) -> Response:
        """Open a packaged file at ``request.start``; at 0 where its content has changed.

        Raises:
            TransferError: there is no such package or file.
        """
        package, _, name = request.url.partition(":")[2].partition("/")
        try:
            if not is_inside(name):
                raise ValueError(name)
            content = files(package).joinpath(name).read_bytes()
        except (ImportError, OSError, ValueError, TypeError) as error:
            reason = f"no file {name!r} in the Python package {package!r}"
            raise TransferError(request.url, reason) from error
        validator = hashlib.sha256(content).hexdigest()
        start = request.start if request.validator in (None, validator) else 0
        stream = io.BytesIO(content)
        stream.seek(start)
        facts = Facts(size=len(content), validator=validator, ranges=True)
        return Response(facts, stream.readinto, start, stream.close)

    def probe(self, request: Request) -> Facts:
        """Return what is known about a packaged file.

        Raises:
            TransferError: there is no such package or file.
        """
        with self.open(request) as response:
            return response.facts
