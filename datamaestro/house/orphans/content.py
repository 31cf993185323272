"""Whether anything is in folders, of whomever; asked by each list, so it imports little."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from datamaestro.store.layout import URLS

if TYPE_CHECKING:
    from datamaestro.store.layout import Store


def has_files(folder: os.PathLike[str]) -> bool:
    """Return whether anything but folders is in a folder, or below it."""
    return any(names or _links(where, folders) for where, folders, names in os.walk(folder))


def _links(where: str, folders: list[str]) -> bool:
    return any(os.path.islink(f"{where}/{name}") for name in folders)  # noqa: PTH114 - many


def has_data(store: Store) -> bool:
    """Return whether any files are below the data directory's folder of data, of whomever."""
    top = store.root / "data"
    try:
        names = sorted(os.listdir(top))  # noqa: PTH208 - names, not paths
    except OSError:
        return False
    return any(has_files(top / name) for name in names if name != URLS)
