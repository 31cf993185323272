"""Unpackers: from an archive to its members, which the engine selects, checks and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from attrs import define, field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator, Mapping

    from datamaestro_hookspecs.cards import Option


@frozen
class Unpacker:
    """A format of archives.

    Args:
        name: unique among unpackers and transformers; definitions use it, ``transforms=["untar"]``.
        implementation: dotted path of a class with :class:`UnpackerProtocol`, made without
            arguments on first use; one object serves all threads.
        suffixes: of such archives, such as ``(".tar", ".tgz")``.
        magic: what such archives have at :attr:`offset`.
        offset: of the magic, in bytes.
        seeks: whether it must seek; it is then given a file that is complete, else a stream.
        priority: among unpackers of one suffix the highest wins.
    """

    name: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    suffixes: tuple[str, ...] = field(default=(), validator=checks.each(checks.suffix))
    magic: tuple[bytes, ...] = field(default=(), validator=checks.magic)
    offset: int = 0
    seeks: bool = False
    priority: int = 0


Kind = Literal["file", "folder", "symlink", "hardlink", "device"]


class Readable(Protocol):
    """The content of a member."""

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, fewer only at the end."""


@define(eq=False)
class Member:
    """One entry of an archive, as the archive has it; the engine decides what becomes of it.

    Args:
        name: path with forward slashes; bytes that are no UTF-8 as ``os.fsdecode`` gives them.
        kind: what it is; ``device`` for all that is none of the others.
        content: of a file; read at once, or not at all, before the next member is asked for.
        executable: whether a file may be run.
        mtime: when it was changed, in seconds since 1970; None where that is not known.
        link: where a symbolic link leads, as it stands there; of a hard link, the name of the
            member whose content it has, too.
    """

    name: str
    kind: Kind = "file"
    content: Readable | None = None
    executable: bool = False
    mtime: float | None = None
    link: str = ""


@runtime_checkable
class UnpackerProtocol(Protocol):
    """What an unpacker's implementation does."""

    def members(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> Iterator[Member]:
        """Yield the members of an archive, in its order.

        ``stream`` gives as many bytes as it is asked for, unless it ends; it can seek if the
        record says that it must. Nothing about names, links or sizes need be checked. The iterator,
        or reading a member's content, raises when the archive is damaged or, where the format can
        tell, ends too early; whatever it raises is reported as a
        :class:`~datamaestro_hookspecs.errors.ContentError`.

        A method ``check(options)`` is optional; it is called before anything is fetched, and raises
        :class:`~datamaestro_hookspecs.errors.DefinitionError` where the options are wrong;
        :func:`~datamaestro_hookspecs.streams.check_options` does so.
        """


@hookspec
def datamaestro_unpackers() -> Iterable[Unpacker]:
    """Called once, when the first transfer is planned; return the unpackers you add.

    Example::

        @hookimpl
        def datamaestro_unpackers():
            return [Unpacker("unrar", "acme.rar:Unrar", suffixes=(".rar",), magic=(b"Rar!",))]

    Added in version 2.0.
    """
    return ()
