"""Where settings come from: an argument, else the environment, else ``config.toml``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

from datamaestro.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

T = TypeVar("T")


def config_path() -> Path:
    """Return the path of ``config.toml``, whether it exists or not."""
    from platformdirs import user_config_path

    return user_config_path("datamaestro") / "config.toml"


def read_config() -> Mapping[str, Any]:
    """Return what ``config.toml`` says; nothing where there is none.

    Raises:
        UsageError: it is not TOML.
        StorageError: it cannot be read.
    """
    path = config_path()
    try:
        text = path.read_text(encoding="utf-8")
        import tomllib

        return tomllib.loads(text)
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
        origin, value = f"{config_path()}: {name}", config.get(name)
    if value is None:
        return default
    try:
        return convert(value)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        problem = f"{value!r} cannot be understood: {error}"
        if "@" in problem:  # a URL, perhaps with a password
            raise UsageError(f"{origin}: what it says cannot be understood") from None
        raise UsageError(f"{origin}: {problem}") from error
