"""Files with random content, as a publisher would serve them, and the data sets made of them."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCK = 1 << 20
PACKAGE = "repository_of_benchmarks"
MODULE = "bench"
"""The module of definitions, which is also the first word of their ids."""

REPOSITORY = '''"""Data sets of one benchmark."""

import datamaestro


class Repository(datamaestro.Repository):
    NAMESPACE = "benchmarks"
'''

DEFINITIONS = '''"""Data sets whose files come from the server of one benchmark."""

from datamaestro.data import Folder
from datamaestro.definitions import dataset
from datamaestro.download.archive import tardownloader, zipdownloader
from datamaestro.download.single import filedownloader


def kept(file, url, **facts):
    """Return a file as it is published."""
    return filedownloader(file, url, **facts)


def gunzip(file, url, **facts):
    """Return a file that is expanded."""
    return filedownloader(file.removesuffix(".gz"), url, **facts)


def untar(file, url, **facts):
    """Return the folder that is made of a tar archive."""
    return tardownloader(file.partition(".")[0], url, **facts)


def unzip(file, url, **facts):
    """Return the folder that is made of a zip archive."""
    return zipdownloader(file.partition(".")[0], url, **facts)


def declare(name, made, url, digests):
    """Return a data set, given the name and SHA-256 of each file below a URL."""

    def data(**paths):
        path = next(iter(paths.values()))
        return Folder(path=path if made in (untar, unzip) else path.parent)

    for file, sha256 in reversed(digests.items()):  # decorators are applied upwards
        made(file, f"{url}/{file}", sha256=sha256)(data)
    return dataset(Folder, id=name)(data)


'''


@frozen
class File:
    """A published file.

    Args:
        name: an identifier and a suffix.
        size: in bytes.
        sha256: hexadecimal digest.

    """

    name: str
    size: int
    sha256: str


@frozen
class Published:
    """Files below one URL, and the data set that is made of them.

    Args:
        dataset: id of the data set.
        url: of the folder that has the files.
        files: in order.
        made: what the data set makes of each: ``kept`` as it is, ``gunzip``, ``untar`` or
            ``unzip``.

    """

    dataset: str
    url: str
    files: tuple[File, ...]
    made: str = "kept"

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def urls(self) -> dict[str, str]:
        """The URL of each file, by name."""
        return {file.name: f"{self.url}/{file.name}" for file in self.files}

    def missing(self, folder: Path) -> str:
        """Return the name of a file that is not below a folder, of its size; nothing if all are."""
        found = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        return next((file.name for file in self.files if found.get(file.name) != file.size), "")


def make_file(folder: Path, name: str, size: int) -> File:
    """Write a file that no compression makes smaller; the same content each time."""
    content = random.Random(name)
    digest = hashlib.sha256()
    with (folder / name).open("wb") as file:
        for start in range(0, size, BLOCK):
            block = content.randbytes(min(BLOCK, size - start))
            digest.update(block)
            file.write(block)
    return File(name, size, digest.hexdigest())


def install_repository(site: Path, data_sets: Iterable[Published]) -> None:
    """Write a package that defines data sets, as an installed package, into a folder on the path.

    Each definition has ``@filedownloader`` over a function, once per file, with the digest.
    """
    config = site / PACKAGE / "config"
    config.mkdir(parents=True)
    (config.parent / "__init__.py").write_text(REPOSITORY)
    with (config / f"{MODULE}.py").open("w") as module:
        module.write(DEFINITIONS)
        for number, data_set in enumerate(data_sets):
            digests = {file.name: file.sha256 for file in data_set.files}
            said = f"{data_set.dataset!r}, {data_set.made}, {data_set.url!r}, {digests!r}"
            module.write(f"data_{number} = declare({said})\n")
    metadata = site / f"{PACKAGE}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n")
    points = f"[datamaestro.repositories]\nbenchmarks = {PACKAGE}:Repository\n"
    (metadata / "entry_points.txt").write_text(points)
