"""A file that is fetched for a program, and not for a data set."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Self

from datamaestro.data import File
from datamaestro.definitions.abstract import AbstractDataset
from datamaestro.download.single import FileDownloader
from datamaestro.store.layout import URLS
from datamaestro.store.records import DatasetRecords
from datamaestro_hookspecs.cards import Card

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.context import Context


class Published(AbstractDataset):
    """The data set of one file, as it is published at a URL."""

    def __init__(self, url: str, size: int | None) -> None:
        self.id = hashlib.sha256(url.encode()).hexdigest()
        self.file = FileDownloader("file", url, size, transforms=[])

    @property
    def card(self) -> Card:
        """What is declared about it."""
        return Card(id=self.id, repository=URLS, resources=(self.file.card(alone=True),))

    def make(self, paths: Mapping[str, Path]) -> File:
        """Return the file."""
        return File(path=paths[self.file.name])


class CachedFile:
    """A file that was fetched; it is removed when its ``with`` block ends without an error.

    Args:
        context: in which it was fetched.
        url: where it is published.
        size: in bytes, where that is known.

    Raises:
        DatamaestroError: it could not be fetched.
    """

    def __init__(self, context: Context, url: str, size: int | None) -> None:
        self.context = context
        self.published = Published(url, size)
        self.path: Path = context.prepare(self.published).path
        self.keep = context.settings.keep_downloads

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind is None and not self.keep:
            records = DatasetRecords(self.context.store, self.published.card)
            records.remove(self.published.file.name)
