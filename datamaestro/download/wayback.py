"""Pages as the Wayback Machine of the Internet Archive has them."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from attrs import evolve

from datamaestro.download.authored import FileResource
from datamaestro.download.making import written_by
from datamaestro.errors import ActionNeeded, TransferError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from datamaestro_hookspecs.cards import ResourceCard

ARCHIVE = "https://web.archive.org/web"
"""Pages are at ``<this>/<timestamp>id_/<URL>``, which leads to the nearest copy, as it was.

Source: https://en.wikipedia.org/wiki/Help:Using_the_Wayback_Machine, "Specific archive copy".
"""

ARCHIVED = re.compile(r"https?://web\.archive\.org/web/(\d+)(?:[a-z]{2}_)?/(.*)", re.DOTALL)
"""The URL of a copy: its timestamp, how it is shown, and the URL of the page."""

CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.I)
"""Where a page says how it is encoded; looked for in its first bytes, as browsers do."""

LOOK = 1024

MANY = 10
"""Pages that cannot be had at the moment, after which the others are not asked for."""


class wayback_documents(FileResource):  # noqa: N801 - reads as a word of a definition
    """A file with a line of JSON for each of some pages, as they were at some time.

    A line has ``link``, ``id`` (the URL of the copy) and ``contents``; or, where there is no copy,
    ``link``, ``page_id``, ``"available": false`` and ``reason``. What was interrupted, or could
    not be had at the moment, goes on after the last page.

    Args:
        timestamp: of the copies, ``YYYYMMDD`` or longer; the nearest copy of each is taken.
        urls_fn: returns the URLs of the pages; called when the file is made. A URL that is one of
            the archive itself says which copy it is.
        name: of the resource, and of the file; None: that of the attribute.
    """

    def __init__(
        self, timestamp: str, urls_fn: Callable[[], Iterable[str]], name: str | None = None
    ) -> None:
        super().__init__(name or "", varname=name)
        self.timestamp = timestamp
        self.urls_fn = urls_fn

    @property
    def _relative(self) -> str:
        """Its path below the data set's folder."""
        return self.name

    @property
    def can_recover(self) -> bool:
        """Return True."""
        return True

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared; copies of another time are another recipe."""
        derivation = written_by(type(self)._download, self.timestamp, resumes=True)
        return evolve(super().card(alone=alone), derivation=derivation)

    def _download(self, destination: Path) -> None:
        done, failures = _finished(destination), list[TransferError]()
        with destination.open("a", encoding="utf-8") as file:
            for url in self.urls_fn():
                if url in done:
                    continue
                done.add(url)
                try:
                    page = self._page(url)
                except TransferError as error:
                    failures.append(error)
                    if len(failures) == MANY:
                        break
                    continue
                file.write(json.dumps(page) + "\n")
                file.flush()
        if failures:
            raise failures[0]

    def _page(self, url: str) -> dict[str, Any]:
        """Return what is known of a page.

        Raises:
            TransferError: it could not be had at the moment.
        """
        copy = self._copy(url)
        try:
            with self.context.downloadURL(copy) as file:
                content = file.path.read_bytes()
        except (TransferError, ActionNeeded) as error:  # pages that want a password, too
            if getattr(error, "retry", False):  # it may be there all the same
                raise
            page_id = str(uuid.uuid5(uuid.NAMESPACE_URL, url))
            missing = {"link": url, "page_id": page_id, "available": False}
            return {**missing, "reason": error.message, "wayback_url": copy}
        return {"link": url, "id": copy, "contents": _decoded(content)}

    def _copy(self, url: str) -> str:
        """Return the URL of the copy of a page, as it was."""
        archived = ARCHIVED.fullmatch(url)
        time, page = archived.groups() if archived else (self.timestamp, url)
        return f"{ARCHIVE}/{time}id_/{page}"


def _decoded(content: bytes) -> str:
    """Return a page as text: as it says itself, else as UTF-8, else as Windows wrote."""
    said = CHARSET.search(content[:LOOK])
    for encoding in [said[1].decode("ascii")] if said else []:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _finished(file: Path) -> set[str]:
    """Return the URLs of the pages that a file has, and cut off what is no whole line."""
    done: set[str] = set()
    if not file.exists():
        return done
    end = 0
    with file.open("r+b") as lines:
        for line in lines:
            try:
                link = json.loads(line)["link"]
            except (ValueError, KeyError, TypeError):
                break
            if not line.endswith(b"\n"):
                break
            done.add(link)
            end += len(line)
        lines.truncate(end)
    return done
