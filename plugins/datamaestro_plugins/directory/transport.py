"""A data directory at a path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from datamaestro.context import Context
from datamaestro.moving.here.local import LocalSide
from datamaestro_hookspecs.errors import UsageError

if TYPE_CHECKING:
    from datamaestro_hookspecs.transports import Opening


class DirectoryTransport:
    """Opens data directories of this computer's file systems, mounted disks among them."""

    def open(self, opening: Opening) -> LocalSide:
        """Open a data directory, there or not.

        Raises:
            UsageError: it is another computer's.
        """
        path = opening.target
        if path.lower().startswith("file://"):
            parts = urlsplit(path)
            if parts.netloc not in ("", "localhost"):
                raise UsageError(f"{path} is on another computer", hint=f"{parts.netloc}:")
            path = unquote(parts.path)
        if not path or "\0" in path:
            raise UsageError(f"{opening.target!r} is no path of a data directory")
        return LocalSide(
            Context(Path(path)),
            alone=True,
            follow_links=opening.follow_links,
            options=("--data", path),
        )
