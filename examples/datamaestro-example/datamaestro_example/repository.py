"""The repository ``example``; its definitions are the modules of ``config``."""

from datamaestro import Repository


class ExampleRepository(Repository):
    """Data sets that need no network."""

    NAMESPACE = "example"
    DESCRIPTION = "Small data that stand in their definitions"
