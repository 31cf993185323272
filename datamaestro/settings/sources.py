"""Where settings come from: an argument, else the environment, else ``config.toml``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from datamaestro.errors import StorageError, UsageError
from datamaestro.settings.user import config_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

T = TypeVar("T")


def config_path() -> Path:
    """Return the path of ``config.toml``, whether it exists or not."""
    return config_folder() / "config.toml"


def read_config() -> dict[str, Any]:
    """Return what ``config.toml`` says; nothing where there is none.

    Raises:
        UsageError: it is not TOML.
        StorageError: it cannot be read.
    """
    return read(config_path(), _toml)


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # where there is a file

    return tomllib.loads(text)


def read(path: Path, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Return what a file of the user's says; an empty dict where there is none.

    Args:
        path: of the file.
        parse: returns what a text says, or raises a ValueError.

    Raises:
        UsageError: it cannot be understood.
        StorageError: it cannot be read.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="mend or remove the file") from error
    except OSError as error:
        hint = "change its permissions, or XDG_CONFIG_HOME"
        raise StorageError(f"cannot read {path}: {error.strerror}", hint=hint) from error


def find(
    config: Mapping[str, Any],
    name: str,
    convert: Callable[[Any], T],
    default: T,
    argument: object = None,
) -> T:
    """Return the setting of a name; the argument goes before all others.

    Args:
        config: what ``config.toml`` says.
        name: of the setting, in lower case.
        convert: from what is said to the value; raises ValueError.
        default: where nothing is said.
        argument: None where there is none.

    Raises:
        UsageError: what is said cannot be understood.
    """
    variable = f"DATAMAESTRO_{name.upper()}"
    if argument is not None:
        origin, value = name, argument
    elif found := os.environ.get(variable):
        origin, value = variable, found
    else:
        origin, value = "", config.get(name)
    if value is None:
        return default
    try:
        return convert(value)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        origin = origin or f"{config_path()}: {name}"
        problem = f"{value!r} cannot be understood: {error}"
        if "@" in problem:  # a URL, perhaps with a password
            raise UsageError(f"{origin}: what it says cannot be understood") from None
        raise UsageError(f"{origin}: {problem}") from error
