"""Expand or unpack with Python or pooch: a program of its own, as a user would write it.

``benchmarks.archives`` runs this file by its path, with ``python -P``. It is told the way, the
path or URL of the archive, its SHA-256, and what to write: a file, or a folder that is there.
"""

from __future__ import annotations

import gzip
import importlib
import shutil
import sys
import tarfile
import zipfile
from typing import Any


def library(name: str) -> Any:
    """Import a peer, which is installed for a run only: type checkers need not know it."""
    return importlib.import_module(name)


def with_gzip(archive: str, sha256: str, into: str) -> None:
    """Expand with Python's gzip."""
    with gzip.open(archive) as source, open(into, "wb") as target:  # noqa: PTH123
        shutil.copyfileobj(source, target)


def with_tarfile(archive: str, sha256: str, into: str) -> None:
    """Unpack with Python's tarfile."""
    with tarfile.open(archive) as source:
        source.extractall(into, filter="data")


def with_zipfile(archive: str, sha256: str, into: str) -> None:
    """Unpack with Python's zipfile."""
    with zipfile.ZipFile(archive) as source:
        source.extractall(into)


def with_decompress(archive: str, sha256: str, into: str) -> None:
    """Expand as pooch does what it has downloaded."""
    library("pooch").Decompress(method="gzip", name=into)(archive, "download", None)


def with_untar(archive: str, sha256: str, into: str) -> None:
    """Download, check and unpack as pooch does."""
    pooch = library("pooch")
    name = archive.rpartition("/")[2]
    pooch.retrieve(archive, f"sha256:{sha256}", name, into, processor=pooch.Untar())


WAYS = {
    "gzip": with_gzip,
    "tarfile": with_tarfile,
    "zipfile": with_zipfile,
    "decompress": with_decompress,
    "untar": with_untar,
}


def main() -> None:
    """Expand or unpack one archive."""
    way, archive, sha256, into = sys.argv[1:]
    WAYS[way](archive, sha256, into)


if __name__ == "__main__":
    main()
