"""A repository for one test, whose data sets come from a test's server."""

from __future__ import annotations

import textwrap
from pathlib import Path

from support.distributions import install

REPOSITORY = """
import datamaestro

class Repository(datamaestro.Repository):
    NAMESPACE = "test"
    DESCRIPTION = "Data sets of one test"
"""

HEAD = """
from pathlib import Path
from datamaestro.data import File
from datamaestro.data.tensor import IDX
from datamaestro.definitions import Dataset, dataset
from datamaestro.data import Folder
from datamaestro.download.archive import archivedownloader, tardownloader, zipdownloader
from datamaestro.download.derived import DerivedFile, DerivedFolder
from datamaestro.download.single import FileDownloader, concatdownload, filedownloader
from datamaestro.stream import *
from datamaestro.utils import HashCheck
"""


def define(site: Path, source: str) -> None:
    """Install a repository ``test`` with one module of definitions, ``org.example``.

    The module has imported everything that definitions need.
    """
    modules = {
        "repository_of_test/__init__.py": REPOSITORY,
        "repository_of_test/config/org/example.py": HEAD + textwrap.dedent(source),
    }
    points = {"datamaestro.repositories": {"test": "repository_of_test:Repository"}}
    install(site, "repository-of-test", modules, points)
