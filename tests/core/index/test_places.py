"""Where data sets are defined."""

import sys
from pathlib import Path

import pytest

from datamaestro.catalogue import Catalogue
from datamaestro.context import Context
from datamaestro.errors import DatasetNotFound, DefinitionError
from datamaestro.index.database import index_path
from datamaestro.index.places import places_of
from datamaestro.plugins.registry import forget_plugins, plugins
from support.searching import IRIS, add_repository, record, search

NAMED = """
from datamaestro.data import File
from datamaestro.definitions import dataset

@dataset(File, id="net.elsewhere.named")
def named(): ...
"""


@pytest.fixture
def config(site: Path, tmp_path: Path) -> Path:
    """Return the definitions of a repository that another process has compiled."""
    config = add_repository(site, "flowers", com__acme=IRIS, com__b=NAMED, com__c=IRIS)
    add_repository(site, "trees", com__acme=IRIS.replace("def iris", "def oak"))
    for name in ("flowers", "trees"):
        record(site, name)
    search(tmp_path, "acme")
    return config


def imported() -> set[str]:
    """Return the modules of definitions that have been imported; folders are none."""
    found = {name for name in sys.modules if name.startswith("acme_") and ".config." in name}
    return {name for name in found if getattr(sys.modules[name], "__file__", None)}


def test_only_the_module_that_defines_an_id_is_imported(config: Path) -> None:
    """Also where the id is not on the module's path."""
    assert "net.elsewhere.named" == Context().dataset("net.elsewhere.named").card.id
    assert {"acme_flowers.config.com.b"} == imported()


def test_other_repositories_are_not_imported(config: Path) -> None:
    """Not even their classes."""
    assert "trees" == Context().dataset("com.acme.oak").card.repository
    assert {"acme_trees.config.com.acme"} == imported()
    assert "acme_flowers" not in sys.modules


def test_without_an_index_all_is_asked(config: Path) -> None:
    """And found, as before."""
    index_path().unlink()
    assert "net.elsewhere.named" == Context().dataset("net.elsewhere.named").card.id
    assert "acme_trees.config.com.acme" in imported()


def test_a_module_that_has_it_no_longer_is_not_the_end(config: Path) -> None:
    """All are asked, then."""
    (config / "com/b.py").write_text("")
    (config / "com/d.py").write_text(NAMED)
    assert "net.elsewhere.named" == Context().dataset("net.elsewhere.named").card.id


def test_a_module_that_is_broken_now_is_told(config: Path) -> None:
    """Where nobody else has the id."""
    (config / "com/b.py").write_text("1 / 0")
    with pytest.raises(DefinitionError, match="ZeroDivisionError"):
        Context().dataset("net.elsewhere.named")


def test_an_id_that_nobody_has_is_told(config: Path) -> None:
    """With ids that look like it."""
    with pytest.raises(DatasetNotFound, match=r"com\.acme\.oak"):
        Context().dataset("com.acme.oaks")


def test_several_that_have_an_id_are_named(
    site: Path, tmp_path: Path, config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first serves, as without an index."""
    add_repository(site, "weeds", com__acme=IRIS)
    search(tmp_path, "acme")
    assert "flowers" == Context().dataset("com.acme.iris").card.repository
    assert "there is also com.acme.iris@weeds" in caplog.text
    assert "weeds" == Context().dataset("com.acme.iris@weeds").card.repository


def test_what_is_known_is_kept_with_the_plugins(config: Path) -> None:
    """Each id is looked up once; other plugins are looked up anew."""
    first = places_of(plugins())
    place = first.of("com.acme.oak")
    assert place is places_of(plugins()).of("com.acme.oak")
    assert {"trees": "acme_trees.config.com.acme"} == place.modules
    assert "flowers" in place.without
    forget_plugins()
    assert first is not places_of(plugins())


def test_a_broken_repository_is_not_asked_for_what_others_have(
    site: Path, tmp_path: Path, config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is warned about when it might have had it."""
    add_repository(site, "broken")
    (site / "acme_broken" / "__init__.py").write_text("1 / 0")
    search(tmp_path, "acme")
    assert Catalogue(plugins()).definition("com.acme.oak")
    assert [] == caplog.messages
    with pytest.raises(DatasetNotFound):
        Catalogue(plugins()).definition("com.acme.none")
    assert "repository broken is left out" in caplog.text


OWN_LOOKUP = """
import datamaestro

class Repository(datamaestro.Repository):
    NAMESPACE = "flowers"

    def search(self, name):
        found = super().search("com.acme.iris")
        return found if name == "com.acme.any" else None
"""


def test_an_id_that_no_repository_can_have_imports_none(config: Path) -> None:
    """The index has all of their ids."""
    with pytest.raises(DatasetNotFound):
        Context().dataset("com.acme.oaks")
    assert set() == imported()
    assert {"acme_flowers", "acme_trees"}.isdisjoint(sys.modules)


def test_a_repository_that_looks_up_ids_itself_is_asked(config: Path, tmp_path: Path) -> None:
    """It may know others than it lists."""
    (config.parent / "__init__.py").write_text(OWN_LOOKUP)
    (config.parents[1] / "acme_flowers-1.0.dist-info/RECORD").write_text("again")
    search(tmp_path, "acme")
    assert "com.acme.iris" == Context().dataset("com.acme.any").card.id
    assert {"flowers"} == places_of(plugins()).of("com.acme.nothing").asked
    assert {"flowers"} == places_of(plugins()).of("org.other").unlikely
    assert "com.acme.iris" == Context().dataset("com.acme.any@flowers").card.id


def test_a_repository_that_looks_up_ids_itself_is_not_imported_for_others(
    config: Path, tmp_path: Path
) -> None:
    """Such as one word of another catalogue; unless it is named."""
    lookup = OWN_LOOKUP.replace("com.acme.any", "org.any")
    (config.parent / "__init__.py").write_text(lookup)
    (config.parents[1] / "acme_flowers-1.0.dist-info/RECORD").write_text("again")
    search(tmp_path, "acme")
    with pytest.raises(DatasetNotFound):
        Context().dataset("org.any")
    assert "acme_flowers" not in sys.modules
    assert "com.acme.iris" == Context().dataset("org.any@flowers").card.id


def test_a_module_that_cannot_be_imported_is_asked_for_what_is_on_its_path(
    site: Path, tmp_path: Path
) -> None:
    """So that the reason is told; for other ids, nothing is imported."""
    add_repository(site, "weeds", com__acme="1 / 0", com__b=NAMED)
    record(site, "weeds")
    search(tmp_path, "acme")
    with pytest.raises(DatasetNotFound):
        Context().dataset("com.b.other")
    assert set() == imported()
    with pytest.raises(DefinitionError, match="ZeroDivisionError"):
        Context().dataset("com.acme.other")
