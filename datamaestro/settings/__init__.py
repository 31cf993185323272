"""Settings: an argument, else the environment, else ``config.toml``, else a default.

``config.toml`` lies in the user's configuration directory (``~/.config/datamaestro`` on Linux)
and has the names of the environment variables without ``DATAMAESTRO_``, in lower case; paths in it
count from its folder::

    dir = "/data/mine"
    shared = ["/data/shared"]   # further data directories, which are only read (docs/sharing.md)
    jobs = 8                # files that arrive at the same time
    rate = "20M"            # bytes per second of all together, also 500k or 1.5MiB; 0: no limit
    retries = 4
    timeout = 30            # seconds without a byte
    lock_timeout = -1       # seconds to wait for another process; -1: as long as it takes
    offline = false
    insecure_redirects = false  # whether https may lead to http
    ssh = "ssh -F /path/config"  # the program that logs in to other computers, and options of it
    plugins = ["-name"]
    progress = true
    log_level = "INFO"

    [mirrors]
    "https://a.org/data/" = "https://mirror.lan/a/"

    [hosts."data.example.org"]  # or "data.example.org:8443"; this host and no other
    token = "..."               # sent as: Authorization: Bearer ...
    headers = { "X-Api-Key" = "..." }

A token may also stand in the environment, in upper case and with ``_`` for what is neither letter
nor digit: ``DATAMAESTRO_TOKEN_DATA_EXAMPLE_ORG``. The environment is read each time, never at
import.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.errors import UsageError
from datamaestro.messages import warn
from datamaestro.settings import values
from datamaestro.settings.sources import config_path, find, read_config
from datamaestro.settings.values import Mirror, parse_rate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Mirror",
    "Settings",
    "config_path",
    "insecure_redirects",
    "load_settings",
    "log_level",
    "parse_rate",
    "plugins_switched_off",
    "read_config",
    "ssh_words",
]

NAMES = {
    *("dir", "shared", "offline", "mirrors", "jobs", "rate", "retries", "timeout", "lock_timeout"),
    *("hosts", "insecure_redirects", "ssh", "plugins", "progress", "log_level"),
}
"""What ``config.toml`` may say."""

LONGEST = 1e6
"""Seconds that anything may be waited for."""


class Settings(NamedTuple):
    """What a run is told.

    Args:
        directory: the data directory.
        offline: make no request.
        mirrors: in the order in which they are tried.
        jobs: files that arrive at the same time.
        rate: bytes per second of all transfers together; None: no limit.
        retries: further tries of a transfer that failed in passing.
        timeout: seconds without a byte after which a transfer is tried again.
        lock_timeout: seconds to wait for another process that prepares the same data set; -1:
            as long as it takes.
        keep_downloads: keep what arrived also where it has been expanded.
        shared: further data directories, in order, from which data sets are used as they are.
    """

    directory: Path
    offline: bool = False
    mirrors: tuple[Mirror, ...] = ()
    jobs: int = 8
    rate: float | None = None
    retries: int = 4
    timeout: float = 30.0
    lock_timeout: float = -1.0
    keep_downloads: bool = False
    shared: tuple[Path, ...] = ()


def load_settings(
    *,
    directory: Path | str | None = None,
    offline: bool | None = None,
    jobs: int | None = None,
    rate: str | float | None = None,
    keep_downloads: bool = False,
) -> Settings:
    """Return the settings in force now.

    Raises:
        UsageError: an argument, a variable or an entry of ``config.toml`` cannot be understood.
    """
    config = _from_its_folder(read_config())
    for name in config.keys() - NAMES:
        warn(f"{config_path()}: {name} is no setting")
    if "hosts" in config:
        from datamaestro.settings.credentials import configured

        configured(config)  # a mistake is told now, and not when the host is first asked
    chosen = directory or find(config, "dir", values.path, Path("~/datamaestro"))
    shared: tuple[Path, ...] = find(config, "shared", values.paths, ())
    seconds = values.at_least(-1.0, float, LONGEST)
    return Settings(
        directory=_home(Path(chosen)),
        offline=find(config, "offline", values.boolean, False, offline),
        mirrors=find(config, "mirrors", values.mirrors, ()),
        jobs=find(config, "jobs", values.at_least(1, int), 8, jobs),
        rate=find(config, "rate", values.rate, None, rate),
        retries=find(config, "retries", values.at_least(0, int), 4),
        timeout=find(config, "timeout", values.at_least(0.001, float, LONGEST), 30.0),
        lock_timeout=find(config, "lock_timeout", seconds, -1.0),
        keep_downloads=keep_downloads,
        shared=tuple(map(_home, shared)),
    )


def _from_its_folder(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``config.toml`` says, whose relative paths count from the folder it is in."""
    folder = config_path().parent

    def below(value: object) -> object:
        if not isinstance(value, str) or value[:1] in ("", "~"):
            return value
        return str(folder / value)

    found = {**config, "dir": below(config.get("dir"))}
    shared = found.get("shared")
    words = shared.split(os.pathsep) if isinstance(shared, str) else shared
    return {**found, "shared": [below(one) for one in words] if isinstance(words, list) else words}


def plugins_switched_off() -> frozenset[str]:
    """Return the names of plugins that ``DATAMAESTRO_PLUGINS`` switches off (``-name …``)."""
    config = read_config()
    off = set(find(config, "plugins", values.switches, frozenset[str]()))
    if not find(config, "progress", values.boolean, True):
        off.add("progress")
    return frozenset(off)


def log_level() -> str:
    """Return the level of the log on the terminal, ``INFO`` unless said otherwise."""
    return find(read_config(), "log_level", values.level, "INFO")


def insecure_redirects() -> bool:
    """Return whether a server may lead from https to http; not unless said so."""
    return find(read_config(), "insecure_redirects", values.boolean, False)


def ssh_words() -> tuple[str, ...]:
    """Return the program that logs in to other computers, and the options that it is given."""
    return find(read_config(), "ssh", values.words, ("ssh",))


def _home(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(f"{path}: {error}") from error
