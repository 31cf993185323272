"""Where another computer is: ``[user@]host[:port]``, and a data directory there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from attrs import frozen

from datamaestro.errors import UsageError

SCHEME = "ssh://"

NAME = r"(?:(?P<user>[^@/:]+)@)?(?:\[(?P<literal>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^@/:\[\]]+))"
URL = rf"{SCHEME}{NAME}(?::(?P<port>\d{{1,5}}))?(?P<directory>/.*)?"
SHORT = rf"{NAME}:(?P<directory>.*)"
ALONE = rf"{NAME}(?::(?P<port>\d{{1,5}}))?"

LAST_PORT = 65_535

ODD = r"""[\s\x00-\x1f\x7f'"`$\\;&<>|(){}!*?]"""
"""What no name of a user or host has; ssh's configuration may hand names on to a shell."""


@frozen
class Address:
    """Another computer, and a data directory there.

    Args:
        host: its name, an address, or what the user's configuration of ssh calls it.
        user: who logs in; empty: as ssh decides.
        port: None: as ssh decides.
        directory: empty: the one that is in use there.
    """

    host: str
    user: str = ""
    port: int | None = None
    directory: str = ""

    @property
    def name(self) -> str:
        """The host as it is called in messages."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def login(self) -> str:
        """The host as ``--host`` takes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.user}@" if self.user else ""
        return f"{user}{host}:{self.port}" if self.port else f"{user}{host}"

    @property
    def words(self) -> list[str]:
        """What tells ssh where to log in; the host is last, and no option can follow."""
        port = ["-p", str(self.port)] if self.port else []
        return [*port, "--", f"{self.user}@{self.host}" if self.user else self.host]


def parse_host(text: str) -> Address:
    """Return the address that a user names a computer by: ``[user@]host[:port]``.

    Raises:
        UsageError: it is none, has a directory, or looks like an option of ssh.
    """
    found = _parsed(text, URL if text.startswith(SCHEME) else ALONE)
    if found.directory:
        raise UsageError(f"{text!r} is a host and a directory", hint=f"name {found.name} alone")
    return found


def parse_target(text: str) -> Address:
    """Return the address of ``ssh://[user@]host[:port][/dir]``, ``host:`` or ``host:dir``.

    In a URL, ``/~/dir`` is below the home directory there, and characters may be quoted by ``%``.

    Raises:
        UsageError: it is none, looks like an option of ssh, or has a port where a
            directory is expected.
    """
    found = _parsed(text, URL if text.startswith(SCHEME) else SHORT)
    port = re.match(r"(\d{1,5})(?::(.*))?$", found.directory, re.DOTALL)
    if port and not text.startswith(SCHEME):
        below = (port[2] or "").lstrip("/")
        url = f"{SCHEME}{found.login}:{port[1]}{f'/{below}' if below else ''}"
        hint = f"{url}; a folder is {found.login}:./{found.directory}"
        raise UsageError(f"{text!r} has what may be a port, or a folder", hint=hint)
    return found


def _parsed(text: str, pattern: str) -> Address:
    found = re.fullmatch(pattern, text, re.DOTALL)
    said = found.groupdict() if found else {}
    host, user = said.get("host") or said.get("literal") or "", said.get("user") or ""
    if pattern == URL:
        user, directory = unquote(user), unquote(said.get("directory") or "")
        directory = directory.removeprefix("/") if directory.startswith("/~") else directory
        directory = "" if directory == "/" else directory
    else:
        directory = said.get("directory") or ""
    port = int(said.get("port") or 0) or None
    if port and port > LAST_PORT:
        raise UsageError(f"{text!r} names the port {port}", hint=f"the last one is {LAST_PORT}")
    if not host or any(re.search(ODD, word) or word[0] == "-" for word in (host, user) if word):
        hint = "such as ssh://user@host:22/data, or host:"
        raise UsageError(f"{text!r} names no computer to log in to", hint=hint)
    return Address(host, user, port, directory)
