"""One qualified name gives a verified, typed, reproducible data set, anywhere.

::

    from datamaestro import prepare_dataset

    digits = prepare_dataset("edu.uci.optdigits")
    digits.images.data()  # a numpy array, uint8, (1797, 8, 8)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.version import __version__

if TYPE_CHECKING:
    from datamaestro.context import (
        BaseRepository,
        Context,
        Repository,
        get_dataset,
        prepare_dataset,
    )
    from datamaestro.data import Base
    from datamaestro.definitions import Dataset, dataset, metadata
    from datamaestro.searching import search

__all__ = [
    "Base",
    "BaseRepository",
    "Context",
    "Dataset",
    "Repository",
    "__version__",
    "dataset",
    "get_dataset",
    "metadata",
    "prepare_dataset",
    "search",
]

_LAZY = {
    "Base": "datamaestro.data",
    "BaseRepository": "datamaestro.repository",
    "Context": "datamaestro.context",
    "Dataset": "datamaestro.definitions",
    "Repository": "datamaestro.repository",
    "dataset": "datamaestro.definitions",
    "get_dataset": "datamaestro.context",
    "metadata": "datamaestro.definitions",
    "prepare_dataset": "datamaestro.context",
    "search": "datamaestro.searching",
}
"""Public names that are imported on first use, so that importing this package costs nothing."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
