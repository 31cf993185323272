"""Repositories that are known, and may not be installed."""

import pytest

from datamaestro.index.installed import normal
from datamaestro.packages import KNOWN, hint_at_known, not_installed


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("gov.nist.trec.adhoc.1", "datamaestro-ir"),
        ("irds.msmarco-passage.documents", "datamaestro-text"),
        ("irds", "datamaestro-text"),
        ("anything@ml", "datamaestro-ml"),
        ("hk.edu.cuhk.ie.mmlab.celeba", "datamaestro_image"),
    ],
)
def test_an_unknown_name_hints_at_the_package_that_may_have_it(name: str, package: str) -> None:
    """Unless that is installed."""
    assert hint_at_known(name, set()).endswith(f"pip install {package}")
    assert "" == hint_at_known(name, {normal(package)})


@pytest.mark.parametrize("name", ["com.lecun.mnsit", "gov.nistt", "irds.x@other", "a@b"])
def test_other_names_hint_at_none(name: str) -> None:
    """Where a repository is named, that alone counts."""
    assert "" == hint_at_known(name, set())


def test_a_repository_that_is_there_is_no_reason_to_install_its_package() -> None:
    """It may be built in; but the package has more, of which some is known."""
    assert "" == hint_at_known("O@image", set(), {"image"})
    celeba = hint_at_known("hk.edu.cuhk.ie.mmlab.celeba@image", set(), {"image"})
    assert celeba.endswith("pip install datamaestro_image")
    assert hint_at_known("O@image", set(), {"demo"}).endswith("pip install datamaestro_image")


def test_those_that_are_not_installed_are_named() -> None:
    """In the order of the table; no name twice."""
    assert list(KNOWN) == not_installed(set())
    assert ["irds", "text"] == [
        one.name for one in not_installed({"datamaestro-ir", "datamaestro-ml", "datamaestro-image"})
    ]
    assert len(KNOWN) == len({one.name for one in KNOWN})
