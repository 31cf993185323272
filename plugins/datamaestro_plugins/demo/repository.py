"""The repository of data sets that come with datamaestro."""

from datamaestro.repository import Repository


class DemoRepository(Repository):
    """Small real data sets inside the wheel."""

    NAMESPACE = "demo"
    DESCRIPTION = "Small real data sets that need no network"
