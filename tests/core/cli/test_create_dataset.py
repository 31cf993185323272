"""``datamaestro create-dataset``: from the URL of a file to its definition."""

import gzip
import io
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from datamaestro.authoring.repository import NewRepository, write_repository
from datamaestro.testing.faults import (
    GOOD,
    FaultServer,
    page,
    refuse,
    stall,
)
from support.command import Outcome, command
from support.distributions import install
from support.inside import inside
from support.waiting import SECONDS, eventually

TABLE = b"name,size\nx,1\n"


@frozen
class Author:
    """Somebody with a repository, flowers, that is installed in place."""

    folder: Path
    server: FaultServer
    patch: pytest.MonkeyPatch

    @property
    def config(self) -> Path:
        """The folder of the definitions."""
        return self.folder / "project/datamaestro_flowers/config"

    def run(self, *words: str, **environment: str) -> Outcome:
        """Run the command line, which finds what was written since it last ran."""
        with self.patch.context() as patch:
            for folder in ("project", "site"):
                patch.syspath_prepend(str(self.folder / folder))
            for name, value in {"DATAMAESTRO_RETRIES": "0", **environment}.items():
                patch.setenv(name, value)
            try:
                return inside(*words, cwd=self.folder)
            finally:
                written = [name for name in sys.modules if name.startswith("datamaestro_flowers")]
                for name in written:
                    del sys.modules[name]

    def create(self, *words: str, **environment: str) -> Outcome:
        """Create a data set of the repository."""
        return self.run("create-dataset", "flowers", *words, **environment)


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Author]:
    """Return an author, and a server that publishes a table."""
    write_repository(NewRepository("flowers"), tmp_path / "project")
    points = {"datamaestro.repositories": {"flowers": "datamaestro_flowers:Repository"}}
    install(tmp_path / "site", "datamaestro-flowers", {}, points)
    with FaultServer() as server:
        server.files["a/iris.csv"] = TABLE
        server.files["a/iris.csv.gz"] = server.files["a/iris"] = gzip.compress(TABLE)
        yield Author(tmp_path, server, monkeypatch)


@pytest.mark.parametrize("name", ["iris.csv", "iris.csv.gz", "iris"])
def test_a_file_is_fetched_once(author: Author, name: str) -> None:
    """For its digest; ``prepare`` then asks nobody, and the test that was written passes."""
    done = author.create(author.server.url(f"a/{name}"))
    module = author.config / "local/a/iris.py"
    assert (0, f"{module}\n") == (done.code, done.out)
    size = len(author.server.files[f"a/{name}"])
    assert f"({size} bytes)" in done.err
    assert f"size={size}," in module.read_text()
    asked = len(author.server.requests)
    prepared = author.run("prepare", "local.a.iris")
    assert "local.a.iris@flowers" == prepared.document["id"]
    assert TABLE == Path(prepared.document["path"]).read_bytes()
    assert asked == len(author.server.requests)
    assert 0 == author.run("check-definitions", "flowers").code
    assert (author.folder / "project/tests/test_local_a_iris.py").is_file()


def test_a_repository_may_be_a_folder(author: Author) -> None:
    """And the id may be given; ``--json`` has all that was found."""
    words = ("org.example.small.iris", author.server.url("a/iris.csv"), "--json")
    facts = author.run("create-dataset", "project", *words, "--license", "CC0-1.0").document
    assert "org.example.small.iris@flowers" == facts["id"]
    assert ("CC0-1.0", "datamaestro.data.csv:Generic", 14) == (
        facts["license"],
        facts["type"],
        facts["size"],
    )
    assert Path(facts["file"]).is_file()
    assert Path(facts["test"]).is_file()


def test_nothing_is_overwritten(author: Author) -> None:
    """Exit code 2, one line, and nobody is asked; ``--output`` writes it elsewhere."""
    url = author.server.url("a/iris.csv")
    assert 0 == author.create(url, "--no-fetch").code
    module = author.config / "local/a/iris.py"
    module.write_text("# mine")
    asked = len(author.server.requests)
    done = author.create(url)
    assert (2, "", 1) == (done.code, done.out, len(done.lines))
    assert "--output" in done.err
    assert ("# mine", asked) == (module.read_text(), len(author.server.requests))
    done = author.create(url, "--output", "x.py")
    assert (0, "x.py\n") == (done.code, done.out)
    shown = author.create(url, "--output", "-")
    assert (author.folder / "x.py").read_text() == shown.out


def test_without_fetching_there_is_no_digest(author: Author) -> None:
    """Only the beginning is asked for."""
    text = author.create(author.server.url("a/iris.csv"), "--no-fetch", "--output", "-").out
    assert "size=14" in text
    assert "sha256" not in text
    assert "names_row=0" in text
    assert 1 == len(author.server.requests)


def test_an_id_alone_gives_a_template(author: Author) -> None:
    """That can be imported, and says what is missing."""
    assert 0 == author.create("org.example.more.iris").code
    text = (author.config / "org/example/more/iris.py").read_text()
    assert '# url="https://example.org/more/iris"' in text
    prepared = author.run("prepare", "org.example.more.iris")
    assert "org.example.more.iris@flowers" == prepared.document["id"]
    assert 0 == author.run("check-definitions", "flowers").code


def test_a_page_gives_a_template(author: Author) -> None:
    """It is where the data set is described; and what is fetched from there by hand is checked."""
    url = author.server.url("a/")
    author.server.always = page("<!DOCTYPE html><title>Irises</title><a rel=license href=CC0-1.0>")
    done = author.create("org.example.page", url, "--output", "-")
    assert "web page" in done.err
    for told in (f'url="{url}"', 'license="CC0-1.0"', '"""Irises"""'):
        assert told in done.out
    (author.folder / "mine.csv").write_bytes(TABLE)
    assert 0 == author.create("org.example.hand", url, "--file", "mine.csv").code
    prepared = author.run("prepare", "org.example.hand", "--path", "DATA=mine.csv")
    assert "org.example.hand@flowers" == prepared.document["id"]


def test_a_file_that_is_there_is_not_asked_for(author: Author) -> None:
    """It says size, digest and type of what is published."""
    (author.folder / "mine").write_bytes(gzip.compress(TABLE))
    url = author.server.url("a/iris.csv.gz")
    done = author.create(url, "--file", "mine", "--output", "-")
    assert "sha256=" in done.out
    assert f'"iris.csv",\n        "{url}"' in done.out
    assert [] == author.server.requests


def test_a_file_of_this_computer_is_read(author: Author) -> None:
    """It is told that nobody else has it."""
    (author.folder / "iris.csv").write_bytes(TABLE)
    assert 0 == author.create("./iris.csv").code
    assert "on one computer alone" in (author.config / "local/iris.py").read_text()
    assert 0 == author.run("--offline", "prepare", "local.iris").code


def test_what_cannot_be_had_leaves_nothing(author: Author) -> None:
    """The error is one line, and no file is written."""
    author.server.always = refuse(404)
    done = author.create(author.server.url("a/iris.csv"))
    assert (5, "", 1) == (done.code, done.out, len(done.lines))
    assert not (author.config / "local").exists()


def test_offline_nobody_is_asked(author: Author) -> None:
    """Exit code 4."""
    url = author.server.url("a/iris.csv")
    done = author.run("--offline", "create-dataset", "flowers", url)
    assert (4, []) == (done.code, author.server.requests)


@pytest.mark.parametrize(
    "words",
    [
        *(("nowhere", "a.b"), ("flowers",), ("flowers", "a.b", "/", "c")),
        ("flowers", "a.b", "--json", "--output", "-"),
        ("flowers", "a.b", "file:///dev/null", "--file", "project/pyproject.toml"),
    ],
)
def test_what_cannot_be_meant_is_refused(author: Author, words: tuple[str, ...]) -> None:
    """Exit code 2, and one line."""
    done = author.run("create-dataset", *words)
    assert (2, "", 1) == (done.code, done.out, len(done.lines)), done.err


def test_an_archive_that_is_fetched_by_hand_stays_one(author: Author) -> None:
    """Whatever it is called where it is handed over."""
    with tarfile.open(author.folder / "mine.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    assert 0 == author.create("org.example.hand", "--file", "mine.tgz").code
    (author.folder / "mine.tgz").rename(author.folder / "other")
    done = author.run("prepare", "org.example.hand", "--path", "DATA=other")
    assert Path(done.document["path"]).name == "mine.tgz"
    assert (author.folder / "other").read_bytes() == Path(done.document["path"]).read_bytes()


def test_a_compressed_file_that_is_fetched_by_hand_is_expanded(author: Author) -> None:
    """Whatever it is called where it is handed over."""
    (author.folder / "mine.csv.gz").write_bytes(gzip.compress(TABLE))
    assert 0 == author.create("org.example.hand", "--file", "mine.csv.gz").code
    (author.folder / "mine.csv.gz").rename(author.folder / "other")
    done = author.run("prepare", "org.example.hand", "--path", "DATA=other")
    assert TABLE == Path(done.document["path"]).read_bytes()


def test_what_is_defined_already_is_refused(author: Author) -> None:
    """Also in a module of another name; only where it would be written."""
    place = author.config / "local/elsewhere.py"
    assert (
        0 == author.create("local.a.iris", author.server.url("a/iris.csv"), "-o", str(place)).code
    )
    done = author.create("local.a.iris", author.server.url("a/iris.csv"))
    assert (2, True) == (done.code, "local.a.iris@flowers is defined already" in done.err)


@pytest.mark.usefixtures("heard")
def test_nothing_half_is_written(author: Author, store: Path) -> None:
    """Interrupted while the file arrives, there is neither a definition nor a test.

    What had arrived is not fetched again.
    """
    half = 1 << 21
    author.server.files["a/iris.csv"] = TABLE * (1 << 18)
    author.server.will("a/iris.csv", GOOD, stall(after=half))
    words = command("create-dataset", "project", author.server.url("a/iris.csv"))
    with subprocess.Popen(words, cwd=author.folder, stderr=subprocess.PIPE) as process:
        assert author.server.stalled.wait(SECONDS)
        eventually(lambda: [path.stat().st_size for path in store.rglob("of-*/*-file")] == [half])
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    author.server.release()
    assert (130, b"interrupted") == (process.returncode, told.split()[-1])
    assert not (author.config / "local").exists()
    assert not (author.folder / "project/tests/test_local_a_iris.py").exists()
    assert 0 == author.create(author.server.url("a/iris.csv")).code
    assert f"bytes={half}-" == author.server.requests[-1].headers["Range"]
