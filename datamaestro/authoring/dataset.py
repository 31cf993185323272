"""A new data set: what is known about it is found out, and written down."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from attrs import define, evolve, frozen

from datamaestro.authoring.contents import Content, recognised
from datamaestro.authoring.definition import Draft, Source
from datamaestro.authoring.fetching import Fetched, digested
from datamaestro.authoring.heads import Head, head_of
from datamaestro.authoring.licences import licence_in
from datamaestro.authoring.naming import (
    checked_id,
    file_name,
    id_of_url,
    published_name,
    stem_of,
    title_of,
)
from datamaestro.authoring.pages import page_of
from datamaestro.authoring.source import docstring_fits
from datamaestro.authoring.urls import is_url, url_of_file, written
from datamaestro.engine.expected import PAGE_NAMES
from datamaestro.errors import UsageError
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro.authoring.fetching import Digested
    from datamaestro.authoring.pages import Page
    from datamaestro.context import Context


@frozen
class Wish:
    """What an author has said.

    Args:
        id: of the data set.
        url: of its file or its page; empty where none is known.
        file: that the author has, and that is published at the URL, or nowhere.
        name: one line; empty: as the id says.
        license: SPDX identifier; empty where it is not known.
        fetch: whether its file may be fetched for its digest.
    """

    id: str
    url: str = ""
    file: Path | None = None
    name: str = ""
    license: str = ""
    fetch: bool = True


def wish_of(words: Sequence[str], **said: Any) -> Wish:
    """Return what an author has said: an id, a URL or a file; or an id, and one of these.

    Raises:
        UsageError: it is something else.
    """
    *ids, last = words
    url = ""
    if is_url(last):
        url = written(last)
    elif ids or "/" in last or Path(last).is_file():
        url = url_of_file(Path(last))
    else:
        ids = [last]
    if url.startswith("file:") and said.get("file"):
        raise UsageError("the file is named twice", hint="leave --file out, or name its URL")
    for text in (said.get("name", ""), said.get("license", "")):
        if not text.isprintable():
            raise UsageError(f"{text!r} is not one line of text")
    if not docstring_fits(said.get("name", "")):
        raise UsageError("the name is too long for a line", hint="say more in the description")
    return Wish(checked_id(ids[0]) if ids else id_of_url(url), url, **said)


@define
class Findings:
    """What has been found out about a new data set.

    Args:
        draft: its definition.
        fetched: its file, where it has been fetched.
    """

    draft: Draft
    fetched: Fetched | None = None

    def hand_over(self) -> None:
        """Leave what has been fetched to ``prepare``."""
        if self.fetched is not None:
            self.fetched.hand_over(self.draft.card())


def find_out(
    wish: Wish, repository: str, context: Context, tell: Callable[[str], None]
) -> Findings:
    """Find out what there is to be written about a data set.

    Args:
        wish: of its author.
        repository: that it is to be of.
        context: in which its file is fetched.
        tell: says to the author what is going on.

    Raises:
        DatamaestroError: the file cannot be had.
    """
    names = (
        wish.name,
        title_of(stem_of(published_name(wish.url))),
        title_of(wish.id.rpartition(".")[2]),
    )
    name = next(filter(None, names), wish.id)
    url = wish.url if wish.url.startswith("http") else ""
    draft = Draft(wish.id, repository, name, url, license=wish.license)
    if wish.file is not None:
        return Findings(evolve(draft, source=_of_file(wish, wish.file, context)))
    if not wish.url:
        return Findings(draft)
    head = head_of(wish.url, context, wish.id)
    if head.is_page:
        tell(f"{wish.url} is a web page, and no data: the definition is to be filled in")
        return Findings(_described(wish, draft, page_of(head.content)))
    if not wish.fetch:
        return Findings(evolve(draft, source=_source(wish, head, None, context)))
    size = "size unknown" if head.size is None else f"{head.size:,} bytes"
    tell(f"fetching {wish.url} ({size}); --no-fetch would leave its digest out")
    fetched = Fetched(context, wish.id, wish.url)
    source = _source(wish, head, fetched.file, context)
    licence = draft.license
    if source.content.archive and not licence:
        licence = licence_in(fetched.file.path, published_name(wish.url), context.plugins)
    return Findings(evolve(draft, source=source, license=licence), fetched)


def _described(wish: Wish, draft: Draft, page: Page) -> Draft:
    """Return a definition with what a page says, where its author has not said it."""
    return evolve(
        draft,
        name=wish.name or page.name or draft.name,
        description=page.description,
        license=wish.license or page.license,
    )


def _of_file(wish: Wish, path: Path, context: Context) -> Source:
    """Return the source of a file that the author has: published, or fetched by hand."""
    if wish.url and not wish.url.lower().endswith(PAGE_NAMES):
        return _source(wish, Head(b""), digested(path), context)
    own = evolve(wish, url=path.absolute().as_uri())
    source = _source(own, Head(b""), digested(path), context, by_hand=True)
    if source.content.archive:  # what is fetched by hand stays the file that it is
        content = Content(suffix=path.name.removeprefix(stem_of(path.name)), transforms="[]")
        source = evolve(source, content=content, filename=f"{source.filename}{content.suffix}")
    return evolve(source, url="", page=wish.url)


def _source(
    wish: Wish, head: Head, file: Digested | None, context: Context, *, by_hand: bool = False
) -> Source:
    """Return where a file comes from and what it is, by its name, its head and what is there.

    Of one that is fetched by hand nobody knows what it will be called.
    """
    name = published_name(wish.url)
    path = "" if by_hand else unquote(urlsplit(wish.url).path)

    def told(stream: IO[bytes]) -> Content:
        return recognised(name, head.media_type, stream, context.plugins, path=path)

    if file is None:
        content = told(io.BytesIO(head.content))
    else:
        with storage_errors(file.path), file.path.open("rb", buffering=0) as stream:
            content = told(stream)
    stem = file_name(stem_of(name)) or file_name(wish.id.rpartition(".")[2]) or "data"
    return Source(
        content,
        f"{stem}{content.suffix}",
        wish.url,
        size=head.size if file is None else file.size,
        sha256="" if file is None else file.sha256,
    )
