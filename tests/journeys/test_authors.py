"""An author's way: from nothing to a repository that is installed, tested and grows."""

from pathlib import Path

import pytest

from support.environments import Environment, make_environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return a virtual environment of the test's own."""
    return make_environment(tmp_path / "environment")


def test_a_new_repository_is_installed_and_passes(environment: Environment, tmp_path: Path) -> None:
    """Its wheel has its data; its data set is found and read; its tests pass."""
    made = environment.run("datamaestro", "create-repository", "flowers", cwd=tmp_path)
    assert (0, "datamaestro-flowers\n") == (made.code, made.out)
    environment.install("./datamaestro-flowers", cwd=tmp_path)
    prepared = environment.run("datamaestro", "prepare", "org.example.colours", cwd=tmp_path)
    assert "org.example.colours@flowers" == prepared.document["id"]
    tested = environment.run("pytest", "-q", "datamaestro-flowers/tests", cwd=tmp_path)
    assert 0 == tested.code, tested.out
