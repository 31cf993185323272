"""A single file that a person has to fetch; and ``linkfolder``, which was here once."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from datamaestro.download.links import linkfolder
from datamaestro.download.single import FileDownloader
from datamaestro_hookspecs.cards import ByHand, Source

__all__ = ["ManualFile", "linkfolder", "manualfile"]


class ManualFile(FileDownloader):
    """A file that cannot be downloaded: a person fetches it, and says where it is.

    On a terminal the path is asked for; elsewhere ``--path NAME=PATH`` gives it, or
    ``by_hand={"NAME": path}`` in Python. The file is copied, checked and expanded like any other.

    Args:
        filename: below the data set's folder; its name up to the first dot is the resource's
            name where no other is given.
        why: it cannot be downloaded, and what is to be done, in one line.
        page: URL of the page where it is to be had.
        published: what else :class:`~datamaestro.download.single.FileDownloader` takes, such as
            ``size``, ``sha256``, ``transforms``; of the file as it is to be had there.

    Example::

        CORPUS = ManualFile(
            "corpus.txt", "its licence has to be signed", "https://example.org/licence", sha256="…"
        )
    """

    def __init__(self, filename: str, why: str, page: str = "", **published: Any) -> None:
        super().__init__(filename, "by-hand:", **published)
        self.by_hand = ByHand(why, page)

    def source(self) -> Source:
        """Return how its bytes are to be had."""
        return evolve(super().source(), urls=(), by_hand=self.by_hand)


manualfile = ManualFile
"""The name under which it decorates a function."""
