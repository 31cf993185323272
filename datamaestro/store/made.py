"""What is complete, and waits in a scratch place to be published."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.store.trees import remove_all
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.store.manifest import Entry, FileFacts


@frozen
class Made:
    """A complete file or folder in a scratch place, to be published.

    Args:
        name: of the resource.
        entry: what is to be recorded of it.
        scratch: where it is, on the file system of the data.
        below: of a folder, what is in it; paths are relative to it.
    """

    name: str
    entry: Entry
    scratch: Path
    below: tuple[FileFacts, ...] = ()

    @property
    def tops(self) -> set[str]:
        """Its path; of what is the data set's folder itself, the paths at its top."""
        if self.entry.path != WHOLE:
            return {self.entry.path} - {NOWHERE}
        with suppress(FileNotFoundError):  # another process has taken it over
            return set(os.listdir(self.scratch))  # noqa: PTH208 - names, not paths
        return set()

    def discard(self) -> None:
        """Remove it from its scratch place."""
        remove_all(self.scratch)
