"""Definitions stand where they are found, and none hides another."""

from pathlib import Path

import pytest

from datamaestro.authoring.places import Place, place_of
from datamaestro.authoring.repository import NewRepository, write_repository
from datamaestro.errors import UsageError
from datamaestro.plugins.registry import plugins


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a new repository, flowers."""
    write_repository(NewRepository("flowers"), tmp_path / "flowers")
    return tmp_path / "flowers"


def test_a_repository_has_a_name() -> None:
    """One that is built in, too; where nobody keeps tests, there is no place for them."""
    place = place_of("demo", plugins())
    assert ("demo", "config") == (place.repository, place.config.name)


def test_a_repository_is_in_a_folder(project: Path) -> None:
    """It need not be installed; its project says what it is called."""
    expected = Place("flowers", project / "datamaestro_flowers/config", project / "tests")
    assert expected == place_of(str(project), plugins())


def test_a_package_is_below_src(project: Path) -> None:
    """As in many a project; and its class may stand in a module."""
    (project / "src").mkdir()
    package = (project / "datamaestro_flowers").rename(project / "src/datamaestro_flowers")
    (package / "place.py").touch()
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace("_flowers:Repo", "_flowers.place:Repo"))
    assert package / "config" == place_of(str(project), plugins()).config


@pytest.mark.parametrize(
    "text",
    [
        "not TOML",
        "",
        "project = 1",
        "[project.entry-points]\n'datamaestro.repositories' = 1",
        "[project.entry-points.'datamaestro.repositories']\na = 'x:A'\nb = 'y:B'",
        "[project.entry-points.'datamaestro.repositories']\na = 1",
        "[project.entry-points.'datamaestro.repositories']\na = 'nowhere:A'",
    ],
)
def test_a_folder_that_has_none_is_refused(project: Path, text: str) -> None:
    """The error says what to do."""
    (project / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match="give the repository's name"):
        place_of(str(project), plugins())


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    """As is a name that nothing has, with what it may have meant."""
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        place_of(str(tmp_path), plugins())
    with pytest.raises(UsageError, match="did you mean demo"):
        place_of("demos", plugins())


def test_folders_become_packages(project: Path) -> None:
    """Those that are to be made, and no others."""
    place = place_of(str(project), plugins())
    module = place.module("org.example.iris.small")
    assert place.config / "org/example/iris/small.py" == module
    assert [place.config / "org/example/iris/__init__.py"] == [
        path for path, _ in place.packages(module)
    ]
    assert project / "tests/test_org_example_iris_small.py" == place.test("org.example.iris.small")


@pytest.mark.parametrize("dataset_id", ["org.example.colours.bright", "org.example", "org"])
def test_no_module_hides_another(project: Path, dataset_id: str) -> None:
    """Neither a package the module of its name, nor a module the package."""
    with pytest.raises(UsageError, match="--output -"):
        place_of(str(project), plugins()).module(dataset_id)


def test_an_installed_copy_is_told(tmp_path: Path) -> None:
    """What is written there goes with the next update."""
    assert Place("x", tmp_path / "lib/site-packages/x/config").is_installed
    assert not Place("x", tmp_path / "x/config").is_installed
