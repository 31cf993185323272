"""Definitions that change, back and forth: each gets its own content, and nothing else goes."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File, Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import TarDownloader
from datamaestro.download.derived import DerivedFile, DerivedFolder
from datamaestro.download.resource import Resource
from datamaestro.download.single import FileDownloader
from datamaestro.errors import DatamaestroError, DefinitionError


def defined(**resources: Resource) -> type:
    """Return a data set; its data are those of its first resource."""
    first = next(iter(resources))

    def config(self: Any) -> File | Folder:
        path = getattr(self, first).path
        return Folder(path=path) if resources[first].card().folder else File(path=path)

    made: type = type("Changing", (Dataset,), {**resources, "config": config})
    return dataset(File if not resources[first].card().folder else Folder, id="org.example.x")(made)


def file(folder: Path, name: str, content: str) -> str:
    (folder / name).write_text(content)
    return (folder / name).as_uri()


def tar(folder: Path, name: str, *members: str) -> str:
    with tarfile.open(folder / name, "w") as archive:
        for member in members:
            content = member.encode()
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return (folder / name).as_uri()


def test_a_resource_that_was_renamed_and_back(tmp_path: Path) -> None:
    """Whoever takes a place ends the record of who was there, under whatever name."""
    one, other = file(tmp_path, "one", "AAA"), file(tmp_path, "other", "BBBB")
    first = defined(A=FileDownloader("x.txt", one))
    second = defined(B=FileDownloader("x.txt", other))
    context = Context()
    for definition, content in ((first, "AAA"), (second, "BBBB"), (first, "AAA")):
        assert content == context.prepare(definition).path.read_text()


def test_a_source_that_has_changed_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was deleted comes again, and is used, though its content is another one."""
    one = file(tmp_path, "one", "AAA")
    definition, context = defined(A=FileDownloader("x.txt", one)), Context()
    for content, told in (("AAA", 0), ("AAA", 0), ("BBB", 1)):
        file(tmp_path, "one", content)
        caplog.clear()
        assert content == context.prepare(definition).path.read_text()
        assert told == sum("A has another content" in line for line in caplog.messages)
        context.prepare(definition).path.unlink()


def test_a_folder_that_was_renamed_and_back(tmp_path: Path) -> None:
    """Nothing of the other archive is left in it."""
    one, other = tar(tmp_path, "1.tar", "a", "one"), tar(tmp_path, "2.tar", "a", "two")
    context = Context()
    for name, url, names in (
        ("A", one, ["a", "one"]),
        ("B", other, ["a", "two"]),
        ("A", one, ["a", "one"]),
    ):
        folder = context.prepare(defined(**{name: TarDownloader(name, url)})).path
        assert names == sorted(path.name for path in folder.iterdir())


def test_a_file_where_a_folder_of_another_name_was(tmp_path: Path) -> None:
    """The folder moves; the file in its old place stays."""
    archive, table = tar(tmp_path, "1.tar", "a", "b"), file(tmp_path, "t", "table")
    context = Context()
    context.prepare(defined(A=TarDownloader("A", archive, path="data")))
    moved = defined(
        A=TarDownloader("A", archive, path="other"),
        B=FileDownloader("data/b.csv", table),
    )
    folder = context.prepare(moved).path
    assert ["a", "b"] == sorted(path.name for path in folder.iterdir())
    assert "table" == (folder.parent / "data/b.csv").read_text()


def test_a_refusal_costs_nothing_of_what_was_there(tmp_path: Path) -> None:
    """Where the new folder would take another data set's place, the old one stays."""
    archive = tar(tmp_path, "1.tar", "e", "d/x")
    context = Context()
    folder = context.prepare(defined(A=TarDownloader("A", archive, files=["e"], unwrap=False))).path

    @dataset(id="org.example.x.d")
    class Inner(Dataset):
        FILE = FileDownloader("y", file(tmp_path, "y", "inner"))

        def config(self) -> File:
            return File(path=self.FILE.path)

    inner = context.prepare(Inner).path
    with pytest.raises(DefinitionError, match=r"belongs to org.example.x.d"):
        context.prepare(defined(A=TarDownloader("A", archive, unwrap=False)))
    assert ("e", "inner") == ((folder / "e").read_text(), inner.read_text())


def test_what_somebody_has_put_into_a_folder_is_kept(tmp_path: Path) -> None:
    """Notes in a folder that is made again are moved, not lost; and so are the next ones."""
    context, urls = Context(), [tar(tmp_path, f"{n}.tar", "a", f"{n}") for n in range(3)]
    for number, url in enumerate(urls):
        declared = TarDownloader("A", url, path="data", sha256=None, strip=0, unwrap=number != 1)
        folder = context.prepare(defined(A=declared)).path
        (folder / "notes").write_text(f"notes {number}")
    kept = sorted(context.store.root.glob("partial/**/found/**/notes"))
    assert ["notes 0", "notes 1"] == [path.read_text() for path in kept]


def spoils(output: Path, text: Path) -> None:
    output.write_text(text.read_text())
    text.write_text("spoilt")


def nothing(output: Path) -> None:
    pass


def pipe(output: Path) -> None:
    os.mkfifo(output / "pipe")


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (DerivedFile("out", spoils, "A"), "has changed A, which it is only to read"),
        (DerivedFolder("out", nothing), "wrote nothing into the folder"),
        (DerivedFolder("out", pipe), "neither a file nor a folder"),
    ],
)
def test_a_function_that_does_what_it_may_not(
    resource: DerivedFile, why: str, tmp_path: Path
) -> None:
    """It is told, and what it has made is not published."""
    made = defined(OUT=resource, A=FileDownloader("a", file(tmp_path, "a", "text")))
    context = Context()
    with pytest.raises(DatamaestroError, match=why):
        context.prepare(made)
    assert not context.prepare(made, download=False).path.exists()
