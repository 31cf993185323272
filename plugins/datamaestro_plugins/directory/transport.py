"""A data directory at a path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.context import Context
from datamaestro.file_urls import path_of
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
        path = path_of(opening.target)
        if not path or "\0" in path:
            raise UsageError(f"{opening.target!r} is no path of a data directory")
        return LocalSide(
            Context(Path(path)),
            alone=True,
            follow_links=opening.follow_links,
            options=("--data", path),
        )
