"""Other computers by name; the way there is a plugin's."""

from __future__ import annotations

from subprocess import PIPE
from typing import TYPE_CHECKING

from datamaestro.plugins.registry import plugins
from datamaestro.remote.program import program
from datamaestro.settings import load_settings
from datamaestro_hookspecs.transports import HOST, Opening

if TYPE_CHECKING:
    from datamaestro_hookspecs.transports import Running


def target_of(host: str) -> str:
    """Return the target that is the data directory in use on a host.

    >>> target_of("gpu"), target_of("gpu:2222"), target_of("ssh://me@gpu")
    ('gpu:', 'ssh://gpu:2222', 'ssh://me@gpu')
    """
    if "://" in host:
        return host
    return f"{HOST}://{host}" if ":" in host else f"{host}:"


def options_of(host: str, python: str | None = None, directory: str = "") -> tuple[str, ...]:
    """Return the options that have a command act in a data directory on another computer.

    >>> options_of("gpu", directory="/data")
    ('--host', 'gpu', '--data', '/data')
    """
    given = (("--host", host), ("--pythonpath", python), ("--data", directory))
    return tuple(word for name, value in given if value for word in (name, value))


def start(host: str, module: str, python: str | None = None) -> Running:
    """Start a module of datamaestro on another computer, with pipes for its streams.

    Args:
        host: as the user names it: ``[user@]host[:port]``, or the URL of a transport.
        module: dotted name.
        python: that has datamaestro there; None: it is looked for.

    Raises:
        UsageError: this names no computer.
        TransferError: it cannot be reached.
        ActionNeeded: a person must act first.
    """
    opening = Opening(host, timeout=load_settings().timeout)
    return (
        plugins()
        .hosts(target_of(host))
        .start(opening, program(module, python), stdin=PIPE, stdout=PIPE, stderr=PIPE)
    )
