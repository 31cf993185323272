"""An author's way: from nothing to a repository that is installed, tested and grows."""

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.environments import Environment, make_environment
from support.nginx import Nginx, needs_nginx, serving


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return a virtual environment, which takes longer to make than what is tried in it."""
    return make_environment(tmp_path_factory.mktemp("authors") / "environment")


@pytest.fixture
def environment(made: Environment, tmp_path: Path) -> Iterator[Environment]:
    """Return a virtual environment that has nothing of an author's yet."""
    yield made
    done = made.run("pip", "uninstall", "--quiet", "--yes", "datamaestro-flowers", cwd=tmp_path)
    assert 0 == done.code, done.err


def test_a_new_repository_is_installed_and_passes(environment: Environment, tmp_path: Path) -> None:
    """Its wheel has its data; its data set is found and read; its tests pass."""
    repository = environment.run("datamaestro", "create-repository", "flowers", cwd=tmp_path)
    assert (0, "datamaestro-flowers\n") == (repository.code, repository.out)
    environment.install("./datamaestro-flowers", cwd=tmp_path)
    prepared = environment.run("datamaestro", "prepare", "org.example.colours", cwd=tmp_path)
    assert "org.example.colours@flowers" == prepared.document["id"]
    tested = environment.run("pytest", "-q", "datamaestro-flowers/tests", cwd=tmp_path)
    assert 0 == tested.code, tested.out


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    """Publish a table, a tensor and a page."""
    with serving(tmp_path / "nginx") as server:
        (server.files / "iris.csv.gz").write_bytes(gzip.compress(b"sepal;petal\n1,5;2\n"))
        tensor = struct.pack(">HBBII", 0, 8, 2, 2, 3) + bytes(range(6))
        (server.files / "images-idx2-ubyte").write_bytes(tensor)
        (server.files / "index.html").write_text("<!DOCTYPE html><title>Flowers</title>")
        yield server


@needs_nginx
def test_a_data_set_is_added_by_its_url(
    environment: Environment, nginx: Nginx, tmp_path: Path
) -> None:
    """It can be prepared at once, without a request; its test, and all others, pass."""

    def run(*words: str) -> str:
        done = environment.run(*words, cwd=tmp_path)
        assert 0 == done.code, done.err + done.out
        return done.out

    run("datamaestro", "create-repository", "flowers")
    environment.install("--editable", "./datamaestro-flowers", cwd=tmp_path)
    create = "datamaestro", "create-dataset", "flowers"
    run(*create, "org.example.flowers.iris", nginx.url("iris.csv.gz"))
    run(*create, "org.example.flowers.images", nginx.url("images-idx2-ubyte"))
    run(*create, "org.example.flowers.page", nginx.url(""))
    run(*create, "org.example.flowers.idea")
    asked = nginx.requests()
    for name, content in (("iris", "sepal;petal\n1,5;2\n"), ("images", None)):
        prepared = environment.run(
            "datamaestro", "prepare", f"org.example.flowers.{name}", cwd=tmp_path
        )
        assert f"org.example.flowers.{name}@flowers" == prepared.document["id"]
        if content is not None:
            assert content == Path(prepared.document["path"]).read_text()
    assert asked == nginx.requests()
    name = "org.example.flowers.images"
    (tmp_path / "use.py").write_text(
        f"import datamaestro\nprint(datamaestro.get_dataset({name!r}).data().sum())\n"
    )
    assert "15\n" == run("use")
    assert "skipped" not in run("pytest", "-q", "datamaestro-flowers/tests")
    run("datamaestro", "check-definitions", "flowers")
