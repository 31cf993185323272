"""What is left without its record is used where it is known to be what its definition says now."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import TarDownloader
from datamaestro.download.derived import DerivedFile, DerivedFolder
from datamaestro.download.reference import reference
from datamaestro.download.single import FileDownloader
from datamaestro.house.ways import verify


def told(path: Path) -> str:
    return path.read_text() if path.is_file() else (path / "it").read_text()


def versions(word: str) -> Callable[..., None]:
    def write(output: Path, made_of: Any) -> None:
        path = output / "it" if output.is_dir() else output
        path.write_text(f"{word} {told(getattr(made_of, 'path', made_of))}")

    return write


def base(source: Path, version: str, kind: type) -> Any:
    """Return a data set that is made from a file of its own."""

    class Base(Dataset):
        A = FileDownloader("a.txt", source.as_uri())
        B = kind("b", versions(version), A, version=version)

        def config(self) -> Folder:
            return Folder(path=self.B.path)

    return dataset(id="org.example.base")(Base)


def made_of(other: Any, kind: type) -> Any:
    """Return a data set that is made from another one."""

    class Top(Dataset):
        OTHER = reference(other)
        T = kind("t", versions("top"), OTHER)
        U = kind("u", versions("very"), T)

        def config(self) -> Folder:
            return Folder(path=self.U.path)

    return dataset(id="org.example.top")(Top)


def lose(name: str) -> None:
    """Lose the manifest of a data set."""
    Context().store.manifest_of("__custom__", name).unlink()


each_kind = pytest.mark.parametrize("kind", [DerivedFile, DerivedFolder])


@each_kind
def test_what_was_made_in_another_way_is_made_again(tmp_path: Path, kind: type) -> None:
    """Whatever says that it is still what was made then."""
    (tmp_path / "a").write_text("a")
    assert "one a" == told(Context().prepare(base(tmp_path / "a", "one", kind)).path)
    lose("org.example.base")
    assert "two a" == told(Context().prepare(base(tmp_path / "a", "two", kind)).path)
    assert all(one.right for one in verify(Context()))


@each_kind
def test_what_was_made_in_the_same_way_is_used(tmp_path: Path, kind: type) -> None:
    """It need not be made again."""
    (tmp_path / "a").write_text("a")
    place = Context().prepare(base(tmp_path / "a", "one", kind)).path
    before = place.stat().st_ino
    lose("org.example.base")
    assert before == Context().prepare(base(tmp_path / "a", "one", kind)).path.stat().st_ino


@each_kind
def test_what_is_made_of_others_is_made_again(tmp_path: Path, kind: type) -> None:
    """Nobody knows what these were like; and so is what is made of that."""
    (tmp_path / "a").write_text("a")
    one, two = (base(tmp_path / "a", version, kind) for version in ("one", "two"))
    assert "very top one a" == told(Context().prepare(made_of(one, kind)).path)
    Context().prepare(two)
    lose("org.example.top")
    assert "very top two a" == told(Context().prepare(made_of(two, kind)).path)


def test_what_was_unpacked_from_another_archive_is_fetched(tmp_path: Path) -> None:
    """The digest of an archive says nothing about its members."""
    for content in ("one", "two"):
        with tarfile.open(tmp_path / "a.tar", "w") as archive:
            info = tarfile.TarInfo("it")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
        sha256 = hashlib.sha256((tmp_path / "a.tar").read_bytes()).hexdigest()

        class Unpacked(Dataset):
            A = TarDownloader("a", (tmp_path / "a.tar").as_uri(), sha256=sha256)

            def config(self) -> Folder:
                return Folder(path=self.A.path)

        assert content == told(Context().prepare(dataset(id="org.example.x")(Unpacked)).path)
        lose("org.example.x")
