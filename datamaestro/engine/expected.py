"""What is expected of a file: what is declared of it, beside what a server says and sends."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import evolve, frozen

from datamaestro.engine.digests import check_digests, check_published
from datamaestro.errors import ContentError
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from datamaestro.engine.digests import Found
    from datamaestro_hookspecs.cards import ResourceCard, Source
    from datamaestro_hookspecs.downloaders import Facts

PAGES = {"text/html", "application/xhtml+xml"}
PAGE_NAMES = (".html", ".htm", ".xhtml", "/")
"""Media types of web pages, and how the URLs of pages end."""


@frozen
class Expected:
    """What is declared of a file that is tried at one address.

    Args:
        resource: that it is to become.
        source: where it is published, with its size and digests.
        url: the address.
    """

    resource: ResourceCard
    source: Source
    url: str

    @property
    def algorithms(self) -> set[str]:
        """The digests that are needed, of the file or of the result."""
        return {*self.source.digests, *self.resource.digests, *self.resource.either}

    @property
    def checkable(self) -> bool:
        """Whether a digest is declared at all."""
        return bool(self.algorithms)

    def accept(self, facts: Facts, *, begun: bool = True) -> Facts:
        """Return the facts of a response, with the declared size where the server says none.

        Args:
            facts: of a response from which the file is to be received from its beginning.
            begun: whether a part of it has arrived before, which does not go for a web page.

        Raises:
            ContentError: it has another size than is declared, or is a page.
        """
        try:
            self.check_size(facts.size)
        except ContentError:
            self.refuse_page(facts)
            raise
        if begun:
            self.refuse_page(facts)
        return facts if facts.size is not None else evolve(facts, size=self.source.size)

    def check(self, size: int, found: Found, *, published: bool = False) -> None:
        """Compare what has arrived with what is declared.

        Args:
            size: in bytes, of the file as it is published.
            found: digests.
            published: whether to look at the file as it is published alone.

        Raises:
            ContentError: something differs.
        """
        self.check_size(size)
        if published:
            check_published(self.source, self.url, found)
        else:
            check_digests(self.resource, self.url, found)

    def check_size(self, size: int | None) -> None:
        """Compare a size with the one that is declared, where both are known.

        Raises:
            ContentError: they differ.
        """
        declared = self.source.size
        if None not in (size, declared) and size != declared:
            raise ContentError(
                f"{shown(self.url)} has {size:,} bytes, its definition says {declared:,}",
                hint="the file was changed by its publisher, or something else is in its place",
            )

    def refuse_page(self, facts: Facts) -> None:
        """Refuse a web page that came where data were asked for.

        Raises:
            ContentError: it is a page, and the published URL is not that of a page.
        """
        media_type = (facts.media_type or "").partition(";")[0].strip().lower()
        published = self.source.urls[0] if self.source.urls else self.url
        if media_type in PAGES and not urlsplit(published).path.lower().endswith(PAGE_NAMES):
            raise ContentError(
                f"{shown(self.url)} gave a web page instead of the data",
                hint="a login, a quota or the network's own page? open the URL in a browser",
            )
