"""What a web page says of the data set that it describes.

Besides its title, pages say that as schema.org has it, in JSON-LD (https://schema.org/Dataset),
and link to a licence with ``rel="license"`` (RFC 4946).
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from attrs import frozen

from datamaestro.authoring.licences import licence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1000
"""Characters of a description."""

DEPTH = 8
"""How deep in JSON a data set is looked for."""


@frozen
class Page:
    """What a page says.

    Args:
        name: of the data set, one line; empty where it does not say that.
        description: of it.
        license: SPDX identifier.
    """

    name: str = ""
    description: str = ""
    license: str = ""


def page_of(content: bytes) -> Page:
    """Return what a page says, of which this is the beginning."""
    reader = _Reader()
    reader.feed(content.decode("utf-8", errors="replace"))
    said = next((one for text in reader.documents for one in _datasets(text)), {})
    licence = said.get("license")
    if isinstance(licence, dict):
        licence = licence.get("url") or licence.get("@id") or licence.get("name")
    links = {licence_of(link) for link in [licence, *reader.licences] if isinstance(link, str)}
    links.discard("")
    return Page(
        _line(said.get("name") or reader.title),
        _line(said.get("description") or reader.description)[:LONGEST],
        links.pop() if len(links) == 1 else "",
    )


class _Reader(HTMLParser):
    """Finds title, description, licences and JSON-LD in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.description = ""
        self.licences: list[str] = []
        self.documents: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        self._inside = ""
        if tag == "title" and not self.title:
            self._inside = tag
        elif tag == "script" and said.get("type", "").lower() == "application/ld+json":
            self._inside = tag
            self.documents.append("")
        elif tag == "meta" and said.get("name", "").lower() == "description":
            self.description = said.get("content", "")
        elif tag in ("a", "link") and "license" in said.get("rel", "").lower().split():
            self.licences.append(said.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "script":
            self.documents[-1] += data


def _datasets(text: str) -> Iterator[dict[str, Any]]:
    """Iterate over what a document of JSON-LD says of data sets."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _datasets_in(found, DEPTH)


def _datasets_in(found: object, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        kinds = found.get("@type")
        if "Dataset" in (kinds if isinstance(kinds, list) else [kinds]):
            yield found
        found = list(found.values())
    if isinstance(found, list) and depth:
        for one in found:
            yield from _datasets_in(one, depth - 1)


def _line(text: object) -> str:
    """Return a text on one line, without what cannot be printed; of anything else, nothing."""
    words = text.split() if isinstance(text, str) else []
    return "".join(one for one in " ".join(words) if one.isprintable())
