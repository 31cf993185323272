"""In which repository a definition stands."""

from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.definitions.home import home_of
from support.distributions import install

REPOSITORY = """
    import datamaestro

    class Repository(datamaestro.Repository):
        NAMESPACE = "{name}"
    """

DATA = """
    from datamaestro.data import Base
    from datamaestro.definitions import dataset

    @dataset(Base)
    def data():
        return Base()
    """


@pytest.fixture
def packages(site: Path) -> None:
    """A repository, and another one inside of its package."""
    modules = {
        "acme/__init__.py": REPOSITORY.format(name="outer"),
        "acme/config/__init__.py": "",
        "acme/config/org.py": DATA,
        "acme/inner/__init__.py": REPOSITORY.format(name="inner"),
        "acme/inner/config/__init__.py": "",
        "acme/inner/config/org.py": DATA,
    }
    points = {"outer": "acme:Repository", "inner": "acme.inner:Repository"}
    install(site, "acme", modules, {"datamaestro.repositories": points})


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("acme.config.org", "outer"),
        ("acme.inner.config.org", "inner"),
        ("acme", "outer"),
        ("acmeish.config", None),
        ("__main__", None),
    ],
)
def test_the_innermost_repository_has_it(module: str, name: str | None) -> None:
    """By the names of packages, whole words."""
    assert name == getattr(home_of(module), "name", None)


@pytest.mark.usefixtures("packages")
def test_a_definition_imported_by_hand_knows_its_repository() -> None:
    """Nobody has looked into the catalogue."""
    from acme.inner.config.org import data  # type: ignore[import-not-found]

    assert "org.data@inner" == data.identity
    assert Context().store.root / "data/inner/org/data" == data.datapath
