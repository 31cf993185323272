"""Moving data sets to where nothing of their repository is installed."""

import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.moving.ways import export_bundle, import_bundle, pull, push
from datamaestro.plugins.registry import forget_plugins
from datamaestro.store.descriptions import read_description
from datamaestro.testing.faults import FaultServer
from support.command import command
from support.holding import hold, seen
from support.inside import inside
from support.repositories import define
from support.waiting import eventually

WAYS: dict[str, Callable[[Context, Context, Path], object]] = {
    "push": lambda here, there, _: push(here, ["org.example.both"], str(there.store.root)),
    "pull": lambda here, there, _: pull(there, ["org.example.both"], str(here.store.root)),
    "bundle": lambda here, there, scratch: (
        export_bundle(here, ["org.example.both"], scratch / "b.tar"),
        import_bundle(there, scratch / "b.tar"),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_all_that_a_data_set_is_made_of_goes_along(
    site: Path, server: FaultServer, tmp_path: Path, store: Path, way: str
) -> None:
    """It is handed over there, offline, as it is here; and here nothing is made again."""
    server.files["a.txt"], server.files["b.txt"] = b"some words\n" * 1000, b"others\n"
    define(
        site,
        f"""
        from datamaestro.download.reference import reference

        def total(output, b):
            output.write_bytes(b.read_bytes() * 2)

        @filedownloader("a.txt", {server.url("a.txt")!r})
        @dataset(File)
        def words(a):
            return {{"path": a}}

        @dataset(url="https://example.org")
        class Both(Dataset):
            WORDS = reference(words)
            B = FileDownloader("b.txt", {server.url("b.txt")!r})
            SUM = DerivedFile("sum.txt", total, B)

            def config(self) -> File:
                return File(path=self.SUM.path)
        """,
    )
    here, there = Context(), Context(tmp_path / "other", offline=True)
    before = here.prepare("org.example.both")
    WAYS[way](here, there, tmp_path)
    assert seen(store) == seen(there.store.root)
    assert there.is_prepared("org.example.both")
    shutil.rmtree(site / "repository_of_test")
    shutil.rmtree(next(site.glob("*.dist-info")))
    forget_plugins()
    there = Context(tmp_path / "other", offline=True)
    after = there.prepare("org.example.both")
    assert before.path.relative_to(store) == after.path.relative_to(there.store.root)
    assert b"some words\n" * 1000 == there.prepare("org.example.words").path.read_bytes()
    told = read_description(there.store, there.dataset("org.example.both").card)
    assert told is not None
    assert told.origin


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_push_that_is_ended_from_outside_is_gone_on_with(
    store: Path, tmp_path: Path, number: int, code: int
) -> None:
    """Nothing is seen until the next one, which sends only the rest."""
    size, other = 4_000_000, tmp_path / "other"
    hold(store, "org.example.x@test", tree={"large": b"x" * size, "small": b"s"})
    words = ("push", "org.example.x", str(other), "--limit-rate", "1M")
    with subprocess.Popen(command(*words), cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: any(one.stat().st_size for one in other.glob("partial/**/large")))
        process.send_signal(number)
    assert code == process.returncode
    assert {} == seen(other)
    (moved,) = push(Context(), [], str(other))
    assert 0 < moved.size < size
    assert seen(store) == seen(other)
    assert [] == list(other.glob("partial/*/*/run-*"))


def test_what_is_made_from_links_is_not_made_again(site: Path, store: Path, tmp_path: Path) -> None:
    """Where files take the place of the links, it counts as made from these, in any data set."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/words.txt").write_text("one two")
    define(
        site,
        f"""
        from datamaestro.download.links import linkfolder
        from datamaestro.download.reference import reference

        def count(output, words):
            output.write_text(str(len((words / "words.txt").read_text().split())))

        def count_of(output, mine):
            output.write_text(str(len((mine.path / "words.txt").read_text().split())))

        @dataset(url="https://example.org")
        class Mine(Dataset):
            WORDS = linkfolder("words", [{str(tmp_path / "mine")!r}])
            COUNT = DerivedFile("count.txt", count, WORDS)

            def config(self) -> Folder:
                return Folder(path=self.WORDS.path)

        @dataset(url="https://example.org")
        class Counted(Dataset):
            MINE = reference(Mine)
            COUNT = DerivedFile("count.txt", count_of, MINE)

            def config(self) -> File:
                return File(path=self.COUNT.path)
        """,
    )
    Context().prepare("org.example.counted")
    push(Context(), ["org.example.counted"], str(tmp_path / "other"))
    shutil.rmtree(tmp_path / "mine")
    shutil.rmtree(store)
    there = Context(tmp_path / "other")
    assert b"one two" == seen(there.store.root)["test/org/example/mine/words/words.txt"]
    assert there.is_prepared("org.example.counted")
    assert "2" == there.prepare("org.example.counted").path.read_text()


def test_another_version_can_be_used_when_it_is_back(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed and handed over where nothing of its repository is installed."""
    published, other = tmp_path / "published", str(tmp_path / "other")
    define(
        site,
        f"""
        @filedownloader("a.txt", {published.as_uri()!r})
        @dataset(File, url="https://example.org")
        def x(a):
            return {{"path": a}}
        """,
    )
    for content in ("old", "another"):
        published.write_text(content)
        inside("remove", "--yes", "org.example.x")
        inside("prepare", "org.example.x")
        assert 0 == inside("push", "org.example.x", other).code
    shutil.rmtree(site / "repository_of_test")
    shutil.rmtree(next(site.glob("*.dist-info")))
    forget_plugins()
    monkeypatch.setenv("DATAMAESTRO_DIR", other)
    (token,) = (one["token"] for one in inside("trash", "list", "--json").document)
    inside("remove", "--yes", "org.example.x")
    assert 0 == inside("trash", "restore", token).code
    (listed,) = inside("list", "--json").document["datasets"]
    assert ("complete", "test") == (listed["state"], listed["repository"])
    assert "old" == Path(inside("prepare", "org.example.x").document["path"]).read_text()
