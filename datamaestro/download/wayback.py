"""Pages as the Wayback Machine of the Internet Archive has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from datamaestro.download.authored import FileResource
from datamaestro.errors import TransferError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ARCHIVE = "https://web.archive.org/web"
"""Pages are at ``<this>/<timestamp>id_/<URL>``, which leads to the nearest copy, as it was.

Source: https://en.wikipedia.org/wiki/Help:Using_the_Wayback_Machine, "Specific archive copy".
"""


class wayback_documents(FileResource):  # noqa: N801 - reads as a word of a definition
    """A file with a line of JSON for each of some pages, as they were at some time.

    A line has ``link``, ``id`` (the URL of the copy) and ``contents``, or else ``link`` and
    ``"available": false``. What was interrupted goes on after the last page.

    Args:
        timestamp: of the copies, ``YYYYMMDD`` or longer; the nearest copy of each is taken.
        urls_fn: returns the URLs of the pages; called when the file is made.
        name: of the file, and of the resource.
    """

    def __init__(
        self, timestamp: str, urls_fn: Callable[[], Iterable[str]], name: str = "wayback.jsonl"
    ) -> None:
        super().__init__(name, varname=name)
        self.timestamp = timestamp
        self.urls_fn = urls_fn

    @property
    def can_recover(self) -> bool:
        """Return True."""
        return True

    def _download(self, destination: Path) -> None:
        done = _finished(destination)
        with destination.open("a", encoding="utf-8") as file:
            for url in self.urls_fn():
                if url not in done:
                    file.write(json.dumps(self._page(url)) + "\n")
                    file.flush()

    def _page(self, url: str) -> dict[str, Any]:
        copy = f"{ARCHIVE}/{self.timestamp}id_/{url}"
        try:
            with self.context.downloadURL(copy) as file:
                text = file.path.read_text(encoding="utf-8", errors="replace")
        except TransferError as error:
            if error.retry:  # it may be there all the same
                raise
            return {"link": url, "available": False, "reason": error.reason}
        return {"link": url, "id": copy, "contents": text}


def _finished(file: Path) -> set[str]:
    """Return the URLs of the pages that a file has, and cut off what is no whole line."""
    if not file.exists():
        return set()
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        file.write_bytes(whole)
    return {json.loads(line)["link"] for line in whole.splitlines()}
