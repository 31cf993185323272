"""What the user wants sent to a host: a token, or headers of one's own.

Nothing here shows a secret: not the errors, and there is no record whose text could.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from datamaestro.errors import UsageError
from datamaestro.settings.sources import config_path, read_config

HOST = re.compile(r"([^\s/@:?#\[\]]+|\[[0-9a-f:.]+\])(:[0-9]+)?", re.IGNORECASE)
TOKEN = re.compile(r"[!-~]+")
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
VALUE = re.compile(r"[!-~]([ -~\t]*[!-~])?")
"""A header's name and value as RFC 9110 has them, in ASCII."""

OURS = {
    *("host", "range", "if-range", "connection", "transfer-encoding"),
    *("content-length", "accept-encoding"),
}
"""Headers that say how content is sent; another value would spoil it."""


def host_headers(host: str) -> Mapping[str, str]:
    """Return the headers that the user wants sent to a host.

    A token in the environment goes before what ``config.toml`` says; what is said for a port goes
    before what is said for the host.

    Args:
        host: ``name`` or ``name:port``.

    Raises:
        UsageError: what is said cannot be understood.
    """
    names = list(dict.fromkeys([host.lower(), re.sub(r":[0-9]+$", "", host.lower())]))
    tables = configured(read_config())
    headers = dict(next((tables[name] for name in names if name in tables), {}))
    for name in names:
        variable = f"DATAMAESTRO_TOKEN_{re.sub('[^A-Z0-9]', '_', name.upper())}"
        if token := os.environ.get(variable, "").strip():
            return {**headers, "Authorization": _bearer(token, variable)}
    return headers


def configured(config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the headers of each host that ``config.toml`` names.

    Raises:
        UsageError: what it says cannot be understood.
    """
    where = f"{config_path()}: hosts"
    hosts = config.get("hosts", {})
    if not isinstance(hosts, Mapping):
        raise _mistake(where, "is no table")
    found = {}
    for name, said in hosts.items():
        if not HOST.fullmatch(name):
            raise _mistake(where, "has a name that is neither a host nor host:port")
        found[name.lower()] = _headers(said, f'{where}."{name}"')
    return found


def _headers(said: object, where: str) -> dict[str, str]:
    """Return the headers of one host."""
    if not isinstance(said, Mapping):
        raise _mistake(where, "is no table")
    for key in set(said) - {"token", "headers"}:
        raise _mistake(where, f"{key!r} is neither token nor headers")
    headers = said.get("headers", {})
    if not isinstance(headers, Mapping):
        raise _mistake(where, "headers is no table of names and values")
    found = dict(_header(name, value, where) for name, value in headers.items())
    if "token" in said:
        if "Authorization" in found:
            raise _mistake(where, "has both a token and a header Authorization")
        found["Authorization"] = _bearer(said["token"], f"{where}: token")
    return found


def _header(name: str, value: object, where: str) -> tuple[str, str]:
    if not NAME.fullmatch(name):
        raise _mistake(where, "headers has a name that no header can have")
    if name.lower() in OURS:
        raise _mistake(where, f"the header {name} is not for settings to say")
    if not isinstance(value, str) or not VALUE.fullmatch(value):
        raise _mistake(where, f"the value of the header {name} is not a line of ASCII text")
    return ("Authorization" if name.lower() == "authorization" else name), value


def _bearer(token: object, where: str) -> str:
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise UsageError(f"{where} is not a word of ASCII text", hint="it is the token alone")
    return f"Bearer {token}"


def _mistake(where: str, what: str) -> UsageError:
    hint = 'it has the form [hosts."data.example.org"], and below it token = "..."'
    return UsageError(f"{where} {what}", hint=hint)
