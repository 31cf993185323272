"""Transformers: from a stream of bytes to another, while it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro_hookspecs.cards import Option


@frozen
class Transformer:
    """A transformation of a stream of bytes.

    Args:
        name: unique among transformers; definitions use it, ``transforms=["gunzip"]``.
        implementation: dotted path of a class with :class:`TransformerProtocol`, made without
            arguments on first use; one object serves all threads.
        suffixes: of the URLs to which it applies by itself where a definition says nothing,
            such as ``(".gz",)``.
        priority: among transformers of one suffix the highest wins.
    """

    name: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    suffixes: tuple[str, ...] = field(default=(), validator=checks.each(checks.suffix))
    priority: int = 0


class TransformerProtocol(Protocol):
    """What a transformer's implementation does."""

    def open(self, stream: BinaryIO, options: Mapping[str, Option]) -> BinaryIO:
        """Return a stream that reads the transformed bytes of ``stream``, which cannot seek.

        Reading it raises when the bytes are not what they should be, or end too early; whatever
        it raises is reported as a :class:`~datamaestro_hookspecs.errors.ContentError`.
        """


@hookspec
def datamaestro_transformers() -> Iterable[Transformer]:
    """Called once, when the first transfer is planned; return the transformers you add.

    Example::

        @hookimpl
        def datamaestro_transformers():
            return [Transformer("unlz4", "acme.lz4:Unlz4", suffixes=(".lz4",))]

    Added in version 2.0.
    """
    return ()
