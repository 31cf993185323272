"""Defining data sets: ``@dataset`` over a function or a class, and what can be said with it.

The decorator form::

    @filedownloader("train.csv", "https://example.org/train.csv.gz", sha256="…")
    @datatags("flowers")
    @dataset(File, url="https://example.org")
    def iris(train):
        return File(path=train)

The class form::

    @dataset(url="https://example.org")
    class Iris(Dataset):
        TRAIN = FileDownloader("train.csv", "https://example.org/train.csv.gz", sha256="…")

        def config(self) -> File:
            return File(path=self.TRAIN.path)

``docs/definitions.md`` has the whole syntax.
"""

from __future__ import annotations

from typing import Any

from datamaestro.annotations import datatags, datatasks
from datamaestro.definitions.declared import AbstractDataset, DatasetWrapper, types_of
from datamaestro.definitions.declaring import Dataset, dataset

__all__ = [
    "AbstractDataset",
    "Dataset",
    "DatasetWrapper",
    "dataset",
    "datatags",
    "datatasks",
    "types_of",
]


def __getattr__(name: str) -> Any:
    """Return what a dialect brings, such as ``Param``."""
    from datamaestro.plugins.registry import plugins

    found = None if name.startswith("_") else plugins().dialect_of(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found[1].public_name(name)
