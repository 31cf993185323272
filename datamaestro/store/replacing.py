"""Files that are replaced whole, by a rename: readers see the old one or the new one."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from datamaestro.store.faults import DATA_DIRECTORY, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def replace(
    path: Path,
    text: str | Iterable[str],
    *,
    lasting: bool = True,
    elsewhere: str = DATA_DIRECTORY,
) -> None:
    """Replace a file at once, and for good; its mode is what the umask allows.

    Args:
        path: of the file.
        text: whole, or piece by piece.
        lasting: whether it is on disk for good when this returns.
        elsewhere: how the user has it written to another place.

    Raises:
        StorageError: it cannot be written.
    """
    with storage_errors(path, elsewhere):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with scratch.open("x", encoding="utf-8") as file:
                file.writelines([text] if isinstance(text, str) else text)
                file.flush()
                if lasting:
                    os.fsync(file.fileno())
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
