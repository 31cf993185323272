"""What is at its place is used only where it can be the whole, and nobody else's."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.house.removing import remove
from datamaestro.house.trash.items import Item, items
from datamaestro.house.trash.restoring import restore
from datamaestro.store.holdings import Holding
from datamaestro.store.records import DatasetRecords
from datamaestro.store.removed import is_marked, mark
from datamaestro.testing.faults import FaultServer
from support.killing import killing
from support.repositories import define

FOLDERS = """
from datamaestro.download.custom import custom_download

def fill(context, root, force=False):
    root.mkdir(parents=True, exist_ok=True)
    (root / "one.txt").write_text("1")

def say(output):
    output.write_text("hello")

@custom_download("root", fill)
@dataset(Folder)
def numbers(root):
    return {"path": root}

@dataset(id="org.example.numbers.inner")
class Inner(Dataset):
    A = DerivedFile("hello.txt", say)

    def config(self) -> File:
        return File(path=self.A.path)
"""

FILES = {"a.txt", "sub/b.txt", "sub/c.txt"}

DOCS, NUMBERS, INNER = "org.example.docs", "org.example.numbers", "org.example.numbers.inner"


@pytest.fixture
def docs(site: Path, server: FaultServer, store: Path) -> Holding:
    """Return a data set that is a folder from an archive, with what somebody has put there."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name in sorted(FILES):
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
    server.files["docs.tar"] = target.getvalue()
    define(
        site,
        f"""
        @tardownloader("root", {server.url("docs.tar")!r})
        @dataset(Folder)
        def docs(root):
            return {{"path": root}}
        """,
    )
    context = Context()
    context.prepare(DOCS)
    holding = Holding(context.store, DOCS, "test")
    (holding.folder / "sub/mine.txt").write_text("mine")
    return holding


def test_what_a_removal_has_left_is_not_taken_for_the_whole(docs: Holding) -> None:
    """It was in the way, and is kept; all is made anew, and the mark ends."""
    assert remove(docs, -1) is not None
    assert is_marked(docs.store, docs)
    assert not Context().is_prepared(DOCS)
    Context().prepare(DOCS)
    assert FILES == docs.files().keys()
    assert "mine" == (docs.store.found(docs, "sub") / "mine.txt").read_text()
    assert not is_marked(docs.store, docs)


def test_where_nothing_is_left_there_is_no_mark(docs: Holding) -> None:
    """Nor is there one when all is back."""
    (docs.folder / "sub/mine.txt").unlink()
    assert remove(docs, -1) is not None
    assert not is_marked(docs.store, docs)
    (item,) = items(docs.store)
    assert isinstance(item, Item)
    (docs.folder / "sub").mkdir(parents=True)
    (docs.folder / "sub/mine.txt").write_text("mine")
    assert restore(docs.store, item).left
    assert is_marked(docs.store, docs)
    shutil.rmtree(docs.folder)
    assert [] == restore(docs.store, item).left
    assert not is_marked(docs.store, docs)


def test_half_a_removal_is_not_taken_for_the_whole(
    docs: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it was killed, all is on disk and on record after the next preparation."""
    moment = 1
    while killing(monkeypatch, moment, lambda: remove(docs, -1), late=True):
        Context().prepare(DOCS)
        assert FILES == docs.files().keys()
        moment += 1
    assert moment > 10


def test_a_mark_that_is_damaged_holds(docs: Holding) -> None:
    """Whatever is in it."""
    mark(docs.store, docs, ["."])
    DatasetRecords(docs.store, docs).let_go("root")
    for text in ("", "[", "{}", '["x"]', "[1]"):
        docs.store.removed(docs).write_text(text)
        assert not Context().is_prepared(DOCS)


def test_another_ones_folder_is_not_taken_for_its_own(site: Path, store: Path) -> None:
    """Neither what is on record inside of it, nor what is there besides."""
    define(site, FOLDERS)
    context = Context()
    context.prepare(INNER)
    assert not context.is_prepared(NUMBERS)
    context.prepare(NUMBERS)
    outer = Holding(context.store, NUMBERS, "test")
    assert {"one.txt"} == outer.files().keys()
    DatasetRecords(context.store, outer).let_go("root")
    outer.store.manifest(outer).unlink()
    outer.store.sidecar(outer).unlink()
    (outer.folder / "one.txt").write_text("adopted")
    Context(offline=True).prepare(NUMBERS)
    assert {"one.txt"} == outer.files().keys()
    assert "adopted" == (outer.folder / "one.txt").read_text()


def test_what_is_inside_of_another_one_is_not_its_own(site: Path, store: Path) -> None:
    """A file that is on record of a data set around it."""
    define(
        site,
        FOLDERS.replace('root / "one.txt"', 'root / "inner"').replace(
            '.write_text("1")', ".mkdir(); (root / 'inner/hello.txt').write_text('1')"
        ),
    )
    Context().prepare(NUMBERS)
    assert not Context().is_prepared(INNER)
