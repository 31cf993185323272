"""A data directory that is not there: a disk may not be mounted, or a path is mistyped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from datamaestro.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro.store.layout import Store

WHERE = "DATAMAESTRO_DIR or --data says where"


def absent(store: Store) -> str:
    """Return that there is no data directory; empty where there is one."""
    if os.path.isdir(store.root):  # noqa: PTH112 - which goes on where nobody may look
        return ""
    return f"there is no data directory {store.root}"


def refuse_absent(store: Store, found: Sequence[object]) -> None:
    """Refuse to find nothing wrong where there is no data directory.

    Args:
        store: the data directory; or a search path, in whose other directories something may be.
        found: what is on record.

    Raises:
        StorageError: nothing is, and there is no data directory.
    """
    if not found and (why := absent(store)):
        raise StorageError(why, hint=WHERE)


def warn_absent(store: Store, found: Sequence[object] = ()) -> None:
    """Say that there is no data directory, so that it is not taken for an empty one."""
    if not found and (why := absent(store)):
        from datamaestro.messages import warn

        warn(f"{why}; {WHERE}")
