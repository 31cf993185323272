"""Transformers: from a stream of bytes to another, while it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    import io
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
        magic: what the bytes that it expands begin with; where they tell of another transformer
            than the URL's suffix does, they are believed.
        text: whether it is for texts, so that what is compressed is not for it.
        priority: among transformers of one suffix the highest wins.
    """

    name: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    suffixes: tuple[str, ...] = field(default=(), validator=checks.each(checks.suffix))
    magic: tuple[bytes, ...] = field(default=(), validator=checks.magic)
    text: bool = False
    priority: int = 0


@runtime_checkable
class TransformerProtocol(Protocol):
    """What a transformer's implementation does."""

    def open(
        self, stream: io.BufferedIOBase, options: Mapping[str, Option]
    ) -> io.RawIOBase | io.BufferedIOBase:
        """Return a stream of the transformed bytes of ``stream``.

        :class:`~datamaestro_hookspecs.streams.BlockStream` makes one of a generator of blocks.

        ``stream`` cannot seek; it gives as many bytes as it is asked for, unless it ends. Reading
        what is returned raises when the bytes are not what they should be or, where the format
        can tell, end too early; whatever it raises is reported as a
        :class:`~datamaestro_hookspecs.errors.ContentError`.

        A method ``check(options)`` is optional; it is called before anything is fetched, and raises
        :class:`~datamaestro_hookspecs.errors.DefinitionError` where the options are wrong;
        :func:`~datamaestro_hookspecs.streams.check_options` does so.
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
