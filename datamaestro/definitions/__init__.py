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

from datamaestro.annotations.hooks import DatasetAnnotation, hook
from datamaestro.annotations.words import argument, datatags, datatasks, metadata
from datamaestro.data import Base
from datamaestro.definitions.abstract import AbstractDataset
from datamaestro.definitions.declared import DatasetWrapper
from datamaestro.definitions.declaring import Dataset, dataset, metadataset
from datamaestro.definitions.family import Variant
from datamaestro.definitions.types import types_of
from datamaestro.download.future import FutureAttr
from datamaestro.plugins.registry import name_of_dialect

__all__ = [
    "AbstractDataset",
    "Base",
    "Dataset",
    "DatasetAnnotation",
    "DatasetWrapper",
    "FutureAttr",
    "Variant",
    "argument",
    "dataset",
    "datatags",
    "datatasks",
    "hook",
    "metadata",
    "metadataset",
    "types_of",
]


def __getattr__(name: str) -> Any:
    """Return what a dialect brings, such as ``Param``."""
    return name_of_dialect(__name__, name)
