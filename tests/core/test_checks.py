"""The tests that a repository's own tests inherit."""

import unittest
from pathlib import Path
from typing import Any

import pytest

from datamaestro.test import DatasetTests
from support.distributions import install

REPOSITORY = """
    import datamaestro

    class Repository(datamaestro.Repository):
        NAMESPACE = "acme"
    """

FINE = """
    from datamaestro.data import Base
    from datamaestro.definitions import dataset
    from datamaestro.variants import AxesVariants, Axis

    @dataset(Base)
    def fine():
        return Base()

    @dataset(Base, variants=AxesVariants(size=Axis(["small", "large"])))
    def family(size):
        return Base()
    """

TWICE = FINE.replace("@dataset(Base)", "@dataset(Base, aliases=['org.family'])")
BROKEN = FINE.replace("return Base()", "return 1 / 0", 1)


def outcome(site: Path, source: str) -> dict[str, int]:
    """Return how many tests of a repository passed and failed."""
    modules = {
        "acme_checked/__init__.py": REPOSITORY,
        "acme_checked/config/__init__.py": "",
        "acme_checked/config/org.py": source,
    }
    points = {"datamaestro.repositories": {"acme": "acme_checked:Repository"}}
    install(site, "acme-checked", modules, points)
    kind: Any = type("MainTest", (DatasetTests, unittest.TestCase), {"__module__": "acme_checked"})
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(kind).run(result)
    return {"run": result.testsRun, "failed": len(result.failures) + len(result.errors)}


@pytest.mark.parametrize(
    ("source", "failed"), [(FINE, 0), (TWICE, 1), (BROKEN, 1), ("import nothing_there", 1)]
)
def test_a_repository_passes_or_shows_what_is_wrong(source: str, failed: int, site: Path) -> None:
    """Each module is imported, each id is one data set's, the data of each can be made."""
    assert {"run": 3, "failed": failed} == outcome(site, source)
