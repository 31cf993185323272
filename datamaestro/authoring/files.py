"""Files that are written for an author: all of them, or none, and never over what is there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.errors import UsageError
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


ELSEWHERE = "write elsewhere with --output"


def refuse_existing(paths: Iterable[Path]) -> None:
    """Refuse places at which there is something.

    Raises:
        UsageError: there is.
    """
    for path in paths:
        if path.exists() or path.is_symlink():
            raise UsageError(
                f"{path} is there already, and is left as it is",
                hint=f"remove it, or {ELSEWHERE}",
            )


def write_new(files: Mapping[Path, str]) -> None:
    """Write files, with the folders that they need.

    Args:
        files: their texts, by place.

    Raises:
        UsageError: there is something at one of the places.
        StorageError: one cannot be written.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            with storage_errors(path, ELSEWHERE):
                missing = [folder for folder in path.parents if not folder.exists()]
                path.parent.mkdir(parents=True, exist_ok=True)
                made += reversed(missing)
                _write(path, text)
                made.append(path)
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        refuse_existing([path])
        raise
