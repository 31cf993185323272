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
from datamaestro.download.derived import DerivedFile
from datamaestro.download.single import FileDownloader, filedownloader
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
