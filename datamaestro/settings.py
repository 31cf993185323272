"""Settings: an argument, else the environment, else ``config.toml``, else a default.

``config.toml`` lies in the user's configuration directory (``~/.config/datamaestro`` on Linux)
and has the names of the environment variables without ``DATAMAESTRO_``, in lower case::

    dir = "/data/shared"
    jobs = 8

    [mirrors]
    "https://a.org/data/" = "https://mirror.lan/a/"

The environment is read each time, never at import.
"""

from __future__ import annotations

import logging
import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen

from datamaestro.errors import StorageError, UsageError

T = TypeVar("T")
N = TypeVar("N", int, float)

TRUE = {"1", "on", "yes", "true"}
FALSE = {"", "0", "off", "no", "false"}
LONGEST = 1e6
"""Seconds that anything may be waited for."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
NAMES = {
    *("dir", "offline", "mirrors", "jobs", "retries", "timeout", "lock_timeout"),
    *("plugins", "progress", "log_level"),
}
"""What ``config.toml`` may say."""

log = logging.getLogger("datamaestro")

MIRROR = re.compile(r"(?P<origin>\S+?)=(?P<mirror>[a-z][a-z0-9+.-]*:\S+)")


@frozen
class Mirror:
    """URLs that begin with ``origin`` are tried below ``mirror`` first."""

    origin: str
    mirror: str


@frozen
class Settings:
    """What a run is told.

    Args:
        directory: the data directory.
        offline: make no request.
        mirrors: in the order in which they are tried.
        jobs: files that arrive at the same time.
        retries: further tries of a transfer that failed in passing.
        timeout: seconds without a byte after which a transfer is tried again.
        lock_timeout: seconds to wait for another process that prepares the same data set; -1:
            as long as it takes.
        keep_downloads: keep what arrived also where it has been expanded.
    """

    directory: Path
    offline: bool = False
    mirrors: tuple[Mirror, ...] = field(default=())
    jobs: int = 4
    retries: int = 4
    timeout: float = 30.0
    lock_timeout: float = -1.0
    keep_downloads: bool = False


def load_settings(
    *,
    directory: Path | str | None = None,
    offline: bool | None = None,
    keep_downloads: bool = False,
) -> Settings:
    """Return the settings in force now.

    Raises:
        UsageError: a variable or an entry of ``config.toml`` cannot be understood.
    """
    config = read_config()
    for name in set(config) - NAMES:
        log.warning("%s: %s is no setting", config_path(), name)
    chosen = directory or _get(config, "dir", _path, Path("~/datamaestro"))
    return Settings(
        directory=_home(Path(chosen)),
        offline=_get(config, "offline", _boolean, False) if offline is None else offline,
        mirrors=_get(config, "mirrors", _mirrors, ()),
        jobs=_get(config, "jobs", _at_least(1, int), 4),
        retries=_get(config, "retries", _at_least(0, int), 4),
        timeout=_get(config, "timeout", _at_least(0.001, float, LONGEST), 30.0),
        lock_timeout=_get(config, "lock_timeout", _at_least(-1.0, float, LONGEST), -1.0),
        keep_downloads=keep_downloads,
    )


def plugins_switched_off() -> frozenset[str]:
    """Return the names of plugins that ``DATAMAESTRO_PLUGINS`` switches off (``-name …``)."""
    off = set(_get(read_config(), "plugins", _switches, frozenset[str]()))
    if not _get(read_config(), "progress", _boolean, True):
        off.add("progress")
    return frozenset(off)


def log_level() -> str:
    """Return the level of the log on the terminal, ``INFO`` unless said otherwise."""
    return _get(read_config(), "log_level", _level, "INFO")


def config_path() -> Path:
    """Return the path of ``config.toml``, whether it exists or not."""
    from platformdirs import user_config_path

    return user_config_path("datamaestro") / "config.toml"


def read_config() -> Mapping[str, Any]:
    """Return what ``config.toml`` says; nothing where there is none."""
    path = config_path()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", hint="mend or remove the file") from error
    except OSError as error:
        hint = "change its permissions, or XDG_CONFIG_HOME"
        raise StorageError(f"cannot read {path}: {error.strerror}", hint=hint) from error


def _get(config: Mapping[str, Any], name: str, convert: Callable[[Any], T], default: T) -> T:
    variable = f"DATAMAESTRO_{name.upper()}"
    origin, value = variable, os.environ.get(variable)
    if not value:
        origin, value = f"{config_path()}: {name}", config.get(name)
    if value is None:
        return default
    try:
        return convert(value)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise UsageError(f"{origin}: {value!r} cannot be understood: {error}") from error


def _boolean(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError(f"{value!r} is neither yes nor no")
    return word in TRUE


def _path(value: str) -> Path:
    if not value:
        raise ValueError("it is empty")
    return Path(value)


def _home(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(f"{path}: {error}") from error


def _at_least(
    least: float, number: Callable[[Any], N], most: float = math.inf
) -> Callable[[Any], N]:
    def convert(value: object) -> N:
        try:
            result = number(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a number") from None
        if not least <= result <= most:
            raise ValueError(f"it is not between {least:g} and {most:g}")
        return result

    return convert


def _mirrors(value: str | Mapping[str, str]) -> tuple[Mirror, ...]:
    if isinstance(value, Mapping):
        value = " ".join(f"{origin}={mirror}" for origin, mirror in value.items())
    matches = [(word, MIRROR.fullmatch(word)) for word in value.split()]
    for word, match in matches:
        if match is None:
            raise ValueError(f"{word!r} is not of the form https://origin/=https://mirror/")
    return tuple(Mirror(match["origin"], match["mirror"]) for _, match in matches if match)


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError(f"it is none of {', '.join(LEVELS)}")
    return value.upper()


def _switches(value: str | list[str]) -> frozenset[str]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    for word in words:
        if not isinstance(word, str) or not word.startswith("-") or len(word) == 1:
            raise ValueError(f"{word!r} is not of the form -name")
    return frozenset(word[1:] for word in words)
