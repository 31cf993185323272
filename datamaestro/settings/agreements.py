"""The terms that this user has accepted: ``user.json`` beside ``config.toml``.

Earlier versions have it at the same place, in the same form.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from datamaestro.errors import StorageError, UsageError
from datamaestro.settings.sources import config_path, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YES = "yes"
AGREEMENTS = "agreements"


def agreements_path() -> Path:
    """Return the path of ``user.json``, whether it exists or not."""
    return config_path().with_name("user.json")


def is_accepted(terms: str) -> bool:
    """Return whether this user has accepted the terms of an id.

    Raises:
        UsageError: the file of what has been accepted cannot be understood.
        StorageError: it cannot be read.
    """
    return bool(_read().get(AGREEMENTS, {}).get(terms) == YES)


def accepted() -> list[str]:
    """Return the ids of all terms that this user has accepted, sorted.

    Raises:
        UsageError: the file of what has been accepted cannot be understood.
        StorageError: it cannot be read.
    """
    return sorted(terms for terms, said in _read().get(AGREEMENTS, {}).items() if said == YES)


def accept(terms: str) -> None:
    """Record that this user has accepted the terms of an id.

    Raises:
        UsageError: the file of what has been accepted cannot be understood.
        StorageError: it cannot be written.
    """
    import secrets  # takes a while, and most commands only read

    path = agreements_path()
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            document = _read()
            document.setdefault(AGREEMENTS, {})[terms] = YES
            scratch.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            scratch.replace(path)
    except OSError as error:
        hint = "change its permissions, or XDG_CONFIG_HOME"
        raise StorageError(f"cannot write {path}: {error.strerror}", hint=hint) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time change a file, where the file system has locks."""
    lock = path.with_name(f".{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):  # processes that were forked meanwhile hold it, too
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _read() -> dict[str, Any]:
    path = agreements_path()
    document = read(path, json.loads)
    if not isinstance(document, dict) or not isinstance(document.get(AGREEMENTS, {}), dict):
        raise UsageError(f"{path}: no table of agreements", hint="mend or remove the file")
    return document
