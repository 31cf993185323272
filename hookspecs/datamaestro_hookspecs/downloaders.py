"""Downloaders: from a URL to a stream of bytes.

A downloader does one thing, open a byte range of a URL. Retries, mirrors, digests, progress,
cancellation and publication are the engine's, once, for every protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from attrs import define, field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.errors import shown
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@frozen
class Downloader:
    """A downloader of URLs of some schemes.

    Args:
        name: unique among downloaders.
        schemes: of the URLs, in lower case, such as ``("http", "https")``.
        implementation: dotted path of a class with :class:`DownloaderProtocol`, made without
            arguments on first use; one object serves all threads.
        local: whether it works without a network, so that it may be used offline.
        priority: among downloaders of one scheme the highest wins.
    """

    name: str = field(validator=checks.name)
    schemes: tuple[str, ...] = field(validator=checks.each(checks.scheme))
    implementation: str = field(validator=checks.dotted)
    local: bool = False
    priority: int = 0


def _public(url: str) -> str:
    return repr(shown(url))


@frozen
class Request:
    """The bytes that the engine wants.

    Args:
        url: of the file.
        start: offset of the first byte.
        stop: offset after the last byte that is wanted; advice: more may be sent.
        validator: of the content that an earlier part came from; where the content is another
            one now, or that cannot be told, the response starts at 0.
        timeout: seconds without a byte after which to give up.
    """

    url: str = field(repr=_public)
    start: int = 0
    stop: int | None = None
    validator: str | None = None
    timeout: float = 30.0


@frozen
class Facts:
    """What is known about a URL's content, once it is open or without opening it.

    Args:
        size: of the whole content in bytes, as ``readinto`` gives it; None where it is not known.
        validator: a string that changes whenever a byte of the content does (a strong ETag, a
            modification time); None where a range of this content cannot be told from one of
            another.
        media_type: such as ``text/html``.
        ranges: whether a range of bytes can be asked for.
    """

    size: int | None = None
    validator: str | None = None
    media_type: str | None = None
    ranges: bool = False


def _nothing() -> None:
    pass


@define(eq=False)
class Response:
    """An open stream of bytes; a context manager that closes it.

    Args:
        facts: about the whole content.
        readinto: fill a part of a buffer, return the number of bytes, 0 at the end; returns as
            soon as some bytes are there, and gives as many as are there at once.
        start: offset of the first byte that ``readinto`` gives.
        close: release what is held; may be called twice, and while another thread is in
            ``readinto`` or ``comes``, which must then return or raise soon.
        comes: wait some seconds, at most, for ``readinto`` to have something to give or to raise;
            return whether it has, False also where that is not known. None where it never is.
    """

    facts: Facts
    readinto: Callable[[memoryview], int]
    start: int = 0
    close: Callable[[], None] = _nothing
    comes: Callable[[float], bool] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@runtime_checkable
class DownloaderProtocol(Protocol):
    """What a downloader's implementation does; it may also have :class:`ProbeProtocol`."""

    def open(self, request: Request) -> Response:
        """Open the URL at ``request.start``.

        Raises:
            TransferError: with ``retry=True`` where a second try may succeed.
            ActionNeeded: a person must act first, such as giving credentials.
        """


@runtime_checkable
class ProbeProtocol(Protocol):
    """What a downloader's implementation may do besides: tell what there is at little cost."""

    def probe(self, request: Request) -> Facts:
        """Return what is known about the URL's whole content, without receiving it.

        Where the content would have to be opened to know, nothing is known: ``Facts()``.

        Raises:
            TransferError, ActionNeeded: as ``open`` does.
        """


@hookspec
def datamaestro_downloaders() -> Iterable[Downloader]:
    """Called once, when the first transfer is planned; return the downloaders you add.

    Example::

        @hookimpl
        def datamaestro_downloaders():
            return [Downloader("s3", schemes=("s3",), implementation="acme.s3:S3Downloader")]

    Added in version 2.0.
    """
    return ()
