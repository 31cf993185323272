"""Transports: from one data directory to another, here or on another computer.

A transport opens a *side* (:mod:`datamaestro_hookspecs.sides`): a data directory that is elsewhere,
or something that keeps data sets as one does.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from datamaestro_hookspecs.sides import Side

PATH = "file"
"""The scheme of a target that is a path."""

HOST = "ssh"
"""The scheme of a target of the form ``[user@]host:[directory]``, as scp has it."""


def scheme_of(target: str) -> str:
    """Return the scheme that a target has, or stands for; ``file:/path`` is a URL, too."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://|(file):/", target, re.IGNORECASE)
    if scheme:
        return (scheme[1] or scheme[2]).lower()
    return HOST if ":" in target.partition("/")[0] else PATH


@frozen
class Transport:
    """A way to data directories elsewhere.

    Args:
        name: unique among transports.
        schemes: of the targets, in lower case, such as ``("s3",)``; a path stands for ``file``,
            ``host:`` and ``host:directory`` for ``ssh``.
        implementation: dotted path of a class with :class:`TransportProtocol`, made without
            arguments on first use; one object serves all threads.
        priority: among transports of one scheme the highest wins.
    """

    name: str = field(validator=checks.name)
    schemes: tuple[str, ...] = field(validator=checks.each(checks.scheme))
    implementation: str = field(validator=checks.dotted)
    priority: int = 0


@frozen
class Opening:
    """A wish to open a side.

    Args:
        target: as the user has typed it.
        rate: bytes per second of all that is moved, None: no limit. The core sees to it, except
            where a side takes content from a file by itself.
        timeout: seconds without a byte after which to give up.
        python: that has datamaestro on the computer of the target, where it is needed there; None:
            it is looked for.
        lock_timeout: seconds to wait for whoever is at the same data set there; -1: as long as it
            takes.
        follow_links: whether links of a source that lead out of its data directory are followed,
            where they are of this computer.
    """

    target: str
    rate: float | None = None
    timeout: float = 30.0
    python: str | None = None
    lock_timeout: float = -1.0
    follow_links: bool = False


@runtime_checkable
class TransportProtocol(Protocol):
    """What a transport's implementation does; it may also have :class:`HostsProtocol`."""

    def open(self, opening: Opening) -> Side:
        """Open a side: a source, a receiver or both.

        Raises:
            UsageError: the target cannot be understood.
            TransferError: it cannot be reached.
            ActionNeeded: a person must act first, such as confirming a host's key.
        """


class Running(Protocol):
    """A program that runs on a host; :class:`subprocess.Popen` is one."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None

    def wait(self) -> int:
        """Wait for its end; return its exit code."""

    def terminate(self) -> None:
        """End it."""


@runtime_checkable
class HostsProtocol(Protocol):
    """What a transport's implementation may do besides: run programs on a host."""

    def start(
        self,
        opening: Opening,
        command: Sequence[str],
        *,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        terminal: bool = False,
    ) -> Running:
        """Start a program; several share a connection.

        Args:
            opening: its target is the host, as the user names it: ``[user@]host[:port]``, or a URL.
            command: the program and its arguments, as that host is to see them: nothing is
                expanded.
            stdin: as :class:`subprocess.Popen` has it: None, ``PIPE``, ``DEVNULL`` or a descriptor.
            stdout: likewise.
            stderr: likewise.
            terminal: whether the program is to have a terminal there.

        Raises:
            UsageError: this names no host, or a directory of one.
            TransferError: the host cannot be reached.
            ActionNeeded: a person must act first, such as confirming the host's key.
        """


@hookspec
def datamaestro_transports() -> Iterable[Transport]:
    """Called once, when data sets are first moved; return the transports you add.

    Example::

        @hookimpl
        def datamaestro_transports():
            return [Transport("s3", schemes=("s3",), implementation="acme.s3:S3Transport")]

    Added in version 2.0.
    """
    return ()
