"""Tests of a repository, to be inherited by its own tests.

::

    class MainTest(DatasetTests, unittest.TestCase):
        pass

The repository is that of the test's top-level package.
"""

from datamaestro.test.checks import DatasetTests

__all__ = ["DatasetTests"]
