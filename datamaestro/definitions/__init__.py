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
