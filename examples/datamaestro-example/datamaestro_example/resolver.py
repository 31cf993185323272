"""``npy:URL`` and ``npy:path``: any NPY file as a data set of its own."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from datamaestro.definitions import AbstractDataset, types_of
from datamaestro_example.npy import NPY
from datamaestro_hookspecs.cards import Card, ResourceCard, Source
from datamaestro_hookspecs.errors import DatasetNotFound


class Array(AbstractDataset):
    """The array in the NPY file at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def card(self) -> Card:
        """What is declared about it; its id is a digest of the URL."""
        key = hashlib.sha256(self.url.encode()).hexdigest()[:16]
        file = ResourceCard("array", "array.npy", Source((self.url,)))
        return Card(key, "npy", name=self.url, types=types_of(NPY), resources=(file,))

    def make(self, paths: Mapping[str, Path]) -> NPY:
        """Return the array, which need not be there yet."""
        return NPY(path=paths["array"])


class NPYResolver:
    """Takes what stands after ``npy:`` as a URL, or as the path of a file that is there."""

    def resolve(self, reference: str) -> Array:
        """Return the data set; raises DatasetNotFound where there is no such file."""
        if ":" not in reference and not Path(reference).is_file():
            raise DatasetNotFound(f"npy:{reference}", hint="no such file")
        return Array(reference if ":" in reference else Path(reference).absolute().as_uri())
