"""From what ssh says to what a user can do about it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from datamaestro.errors import ActionNeeded, HostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.errors import DatamaestroError
    from datamaestro_plugins.ssh.address import Address

FAILED = 255
"""The exit code of ssh itself; any other is that of the program on the other computer."""

CHANGED = "the key of this host is another one than before"
UNKNOWN = "the key of this host is not known"
DENIED = "permission denied"

OF_A_PERSON = (
    (r"HOST IDENTIFICATION HAS CHANGED", CHANGED, "find out why; if that is right:"),
    (r"Host key verification failed", UNKNOWN, "log in once by hand and accept it:"),
    (r"Permission denied|Too many authentication failures", DENIED, "log in by hand first:"),
)
"""What a person has to do: where ssh says so, what it means, and what the command is for."""

KNOWN_HOSTS = r"Offending \S+ key in (?P<file>.+):\d+"
KNOWN_AS = r"Host key for (?P<name>\S+) has changed"
"""Where ssh says in which file a host has another key, and what it is called there."""

KEY_PORT = 22
"""The port that stands beside no name in a file of known hosts."""

OF_A_SETTING = (
    r"[Bb]ad configuration option|Can't open user config file|terminating, \d+ bad|unknown option"
    r"|illegal option|Missing argument|no argument after keyword|[Uu]nsupported (option|query)"
    r"|option requires an argument|Bad (port|escape character|owner or permissions)"
    r"|Bad (tun device|\w+ forwarding specification)|Unknown (cipher|mac) type"
    r"|Invalid -J argument|invalid time value"
)
"""Where ssh cannot understand what it is told."""

NO_SUCH_HOST = r"Could not resolve hostname"


def failure(address: Address, said: str, ssh: Sequence[str] = ("ssh",)) -> DatamaestroError:
    """Return the error of an ssh that could not connect.

    Args:
        address: of the computer.
        said: by ssh on stderr.
        ssh: the program, and options that the user gives it.
    """
    host = address.name
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip(" \t@\r")]
    last = lines[-1] if lines else "ssh says nothing"
    for pattern, reason, what_for in OF_A_PERSON:
        if re.search(pattern, said):
            what = last if reason == DENIED else reason
            command = _forget(address, said) if reason == CHANGED else _log_in(address, ssh)
            return ActionNeeded(f"{host}: {what}", hint=f"{what_for} {shlex.join(command)}")
    if re.search(OF_A_SETTING, said):
        last = next((line for line in lines if re.search(OF_A_SETTING, line)), last)
        hint = "see DATAMAESTRO_SSH, and the configuration of ssh"
        return UsageError(f"ssh does not understand what it is told: {last}", hint=hint)
    if re.search(NO_SUCH_HOST, said):
        hint = "see that its name is right and that there is a network, then try again"
        return HostError(host, "no such host is found", hint=hint)
    return HostError(host, f"cannot connect: {last}")


def _log_in(address: Address, ssh: Sequence[str]) -> list[str]:
    """Return the command that logs in as it was tried, on a terminal."""
    return [*ssh, *(word for word in address.words if word != "--")]


def _forget(address: Address, said: str) -> list[str]:
    """Return the command that forgets the key of a host, where ssh has found it."""
    file, known_as = re.search(KNOWN_HOSTS, said), re.search(KNOWN_AS, said)
    name = address.host
    if address.port not in (None, KEY_PORT):
        name = f"[{address.host}]:{address.port}"
    where = ["-f", file["file"]] if file else []
    return ["ssh-keygen", *where, "-R", known_as["name"] if known_as else name]


def is_told(line: str) -> bool:
    """Return whether a line that ssh says will be part of an error, or nobody need see it."""
    known = (*(pattern for pattern, _, _ in OF_A_PERSON), OF_A_SETTING, NO_SUCH_HOST)
    return any(re.search(pattern, line) for pattern in known)


def cut(host: str) -> DatamaestroError:
    """Return the error of a connection that has ended while a program was running."""
    return HostError(host, "the connection was cut", hint="try again; what has arrived is kept")


def ended(host: str) -> DatamaestroError:
    """Return the error of a program that has ended, while the connection is still there."""
    what = "the program there was ended by a signal, such as where memory was short"
    return HostError(host, what, hint="try again; what has arrived is kept")


def no_ssh(word: str) -> DatamaestroError:
    """Return the error of a computer that has no ssh."""
    hint = "install OpenSSH, or say with DATAMAESTRO_SSH where it is"
    return ActionNeeded(f"{word}: there is no such program here", hint=hint)
