"""Orphans, on the command line."""

import shutil
import sys
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.plugins.registry import forget_plugins
from support.distributions import install
from support.forests import forest
from support.inside import inside
from support.repositories import define
from support.terminals import lines_on_terminal, on_terminal

ODD = "line\nend \udcff"


@pytest.fixture(autouse=True)
def strays(site: Path, store: Path) -> None:
    """Define one data set, which is on disk, and put others' data beside it."""
    define(site, "@dataset(File)\ndef one(): ...")
    for path in ("test/org/example/one", "test/org/gone", f"test/{ODD}", "absent/com/x"):
        (store / "data" / path).mkdir(parents=True)
        (store / "data" / path / "file").write_text("x" * 10_000)


def forget_modules(site: Path) -> None:
    """Let what is defined be read again, as by a new process."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(site)):
            del sys.modules[name]
    forget_plugins()


def test_orphans_are_listed(store: Path) -> None:
    """A line each, with its reason; what is unknown is on stderr."""
    done = inside("orphans")
    why = "no data set of test has its place there"
    assert [f"{store}/data/test/line\\nend \\xff\t{why}", f"{store}/data/test/org/gone\t{why}"] == (
        done.out.splitlines()
    )
    unknown = f"unknown: {store}/data/absent: no repository absent is installed"
    assert (0, [unknown]) == (done.code, done.lines)


def test_their_sizes_are_told(store: Path, tmp_path: Path) -> None:
    """Bytes in lines and in JSON, which has all names as they are; people get a table."""
    for line in inside("orphans", "--size").out.splitlines():
        assert int(line.split("\t")[0]) > 10_000
    document = inside("orphans", "--size", "--json").document
    assert [f"data/test/{ODD}", "data/test/org/gone"] == [
        one["path"] for one in document["orphans"]
    ]
    assert [1, 1, 1] == [one["files"] for one in document["orphans"] + document["unknown"]]
    assert str(store) == document["directory"]
    head, _, gone = lines_on_terminal("orphans", "--size", columns=100, cwd=tmp_path)
    assert ["PATH", "SIZE", "FILES", "WHY"] == head.split()
    assert ["data/test/org/gone", "kB", "1"] == [gone.split()[place] for place in (0, 2, 3)]


def test_orphans_are_deleted_by_those_who_say_so(store: Path, tmp_path: Path) -> None:
    """On a terminal they are asked; elsewhere --yes says it. They are in the trash then."""
    before = forest(store, "trash")
    done = inside("orphans", "--delete")
    assert (7, True) == (done.code, "datamaestro orphans --delete --yes" in done.err)
    assert 7 == on_terminal("n\n", "orphans", "--delete", cwd=tmp_path).code
    done = inside("orphans", "--delete", "--json")
    assert (7, "") == (done.code, done.out)
    assert any("data/test/org/gone: no data set of test" in line for line in done.lines)
    assert before == forest(store, "trash")
    assert 2 == inside("orphans", "--yes").code
    done = inside("orphans", "--delete", "--yes", "--json")
    (item,) = done.document["trash"]
    assert (0, 2, []) == (done.code, len(item["moved"]), item["left"])
    assert 1 == len(done.document["unknown"])
    assert "there are no orphans" in inside("orphans").err
    assert 0 == inside("trash", "restore").code
    assert before == forest(store, "trash")
    assert 0 == on_terminal("y\n", "orphans", "--delete", cwd=tmp_path).code
    assert not (store / "data/test/org/gone").exists()


def test_what_a_definition_no_longer_has_is_an_orphan(site: Path, store: Path) -> None:
    """It goes with its record, and comes back with it."""
    source = """
        def write(output):
            output.write_text("content")

        @dataset()
        class Two(Dataset):
            {name} = DerivedFile("{file}.txt", write)

            def config(self) -> File:
                return File(path=self.{name}.path)
        """
    for name, file in (("OLD", "old"), ("NEW", "a_new_one")):
        shutil.rmtree(site / "repository_of_test-1.0.dist-info")
        define(site, source.format(name=name, file=file))
        if name == "OLD":
            Context().prepare("org.example.two")
            forget_modules(site)
    why = "org.example.two no longer has the resource OLD"
    lines = inside("orphans").out.splitlines()
    assert f"{store}/data/test/org/example/two/old.txt\t{why}" in lines
    before = forest(store / "data")
    done = inside("orphans", "--delete", "--yes")
    assert not (store / "data/test/org/example/two/old.txt").exists()
    tokens = sorted(path.name for path in (store / "trash").iterdir())
    (way,) = [line for line in done.lines if "to bring them back" in line]
    assert [*way.split()[-2:]] == tokens
    assert (7, 0) == tuple(inside("trash", "restore", *some).code for some in ([], tokens))
    assert before == forest(store / "data")
    assert lines == inside("orphans").out.splitlines()


def test_what_a_broken_repository_may_have_is_unknown(site: Path, store: Path) -> None:
    """Whether a module of it cannot be imported, or all of it; nothing is deleted then."""
    (site / "repository_of_test/config/broken.py").write_text("1 / 0")
    before = forest(store)
    done = inside("orphans", "--delete", "--yes", "--json")
    unknown = {one["path"]: one["reason"] for one in done.document["unknown"]}
    assert (0, [], 3) == (done.code, done.document["orphans"], len(unknown))
    assert "cannot import repository_of_test.config.broken" in unknown["data/test/org/gone"]
    assert before == forest(store)


def test_what_a_repository_may_have_that_fails_is_unknown(site: Path, store: Path) -> None:
    """As is what one has that looks up ids itself."""
    source = "import datamaestro\nclass Repository(datamaestro.Repository):\n    NAMESPACE = "
    failing = f"{source}'failing'\n    def __init__(self, context=None): 1 / 0"
    looking = f"{source}'looking'\n    def search(self, name): ..."
    for name, text in (("failing", failing), ("looking", looking)):
        points = {"datamaestro.repositories": {name: f"acme_{name}:Repository"}}
        install(site, f"acme_{name}", {f"acme_{name}/__init__.py": text}, points)
        (store / "data" / name / "com/x").mkdir(parents=True)
    unknown = inside("orphans", "--json").document["unknown"]
    assert {"data/absent", "data/failing", "data/looking"} == {one["path"] for one in unknown}


def test_some_are_chosen_by_name_path_and_age(store: Path) -> None:
    """Nothing else is moved; a name that is no orphan's is an error."""
    (store / "partial/test/org.example.one/run-0").mkdir(parents=True)
    (store / "partial/test/org.none/run-0").mkdir(parents=True)
    for words, count in (
        (["org.example.one"], 1),
        (["org.none@test"], 1),
        (["data/test/org"], 1),
        ([f"{store}/data/test"], 2),
        (["org.example.one", "org.none"], 2),
        (["--older", "0s"], 4),
        (["--older", "1h"], 0),
        (["--older", "1h", "org.none"], 0),
    ):
        assert count == len(inside("orphans", *words).out.splitlines()), words
    assert [2, 2] == [inside("orphans", *words).code for words in (["none"], ["--older", "x"])]
    done = inside("orphans", "--delete", "--yes", "--older", "0s", "org.example.one")
    assert (True, False, True) == (
        "to free their room: datamaestro trash empty " in done.err,
        (store / "partial/test/org.example.one/run-0").exists(),
        (store / "partial/test/org.none/run-0").exists(),
    )
