"""Links to what is on disk already."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context, DatafolderPath
from datamaestro.data import Base, File, Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.links import GlobChecker, linkfile, linkfolder, links
from datamaestro.download.single import FileDownloader
from datamaestro.errors import ActionNeeded, ContentError
from datamaestro.settings.folders import remove_datafolder, set_datafolder

ID = "org.example.linked"


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    """Return a folder that cannot be downloaded."""
    folder = tmp_path / "disks"
    (folder / "one").mkdir(parents=True)
    (folder / "one/a.txt").write_text("a")
    (folder / "one/b.txt.gz").write_bytes(gzip.compress(b"b"))
    return folder


def of_folder(*proposals: Any, **options: Any) -> Any:
    """Return a data set of a link."""

    @dataset(id=ID)
    class Data(Dataset):
        DISK = linkfolder("disk", proposals, **options)

        def config(self) -> Folder:
            return Folder(path=self.DISK.path)

    return Data


def test_a_link_leads_to_a_folder_of_the_users(disks: Path, context: Context) -> None:
    """Once it is known where that is; until then it is said what is to be done."""
    data = of_folder(DatafolderPath("org.example.disks", "one"))
    with pytest.raises(ActionNeeded, match=r"datafolders set org\.example\.disks PATH") as caught:
        context.prepare(data)
    assert (7, f"{ID}@__custom__" in str(caught.value)) == (caught.value.exit_code, True)
    set_datafolder(context.store.root, "org.example.disks", disks)
    found = context.prepare(data)
    assert (True, "a") == (found.path.is_symlink(), (found.path / "a.txt").read_text())
    assert context.is_prepared(data)
    assert disks / "one" == found.path.readlink()


def test_a_link_stays_when_its_folder_is_set_anew(disks: Path, context: Context) -> None:
    """It is made again when what it leads to has gone."""
    data = of_folder(DatafolderPath("org.example.disks", "one"))
    set_datafolder(context.store.root, "org.example.disks", disks)
    found = context.prepare(data)
    moved = disks.rename(disks.with_name("moved"))
    set_datafolder(context.store.root, "org.example.disks", moved)
    assert not context.is_prepared(data)
    assert "a" == (context.prepare(data).path / "a.txt").read_text()
    remove_datafolder(context.store.root, "org.example.disks")
    assert "a" == (context.prepare(data).path / "a.txt").read_text()
    assert (True, True) == (found.path.is_symlink(), (moved / "one/a.txt").exists())


def test_the_first_place_that_is_there_is_taken(disks: Path, context: Context) -> None:
    """Where none is, those that were looked at are named."""
    found = context.prepare(of_folder(disks / "none", str(disks / "one")))
    assert disks / "one" == found.path.readlink()

    @dataset(id="org.example.other")
    class Data(Dataset):
        TEXT = linkfile("text", [disks / "x", disks])

        def config(self) -> File:
            return File(path=self.TEXT.path)

    with pytest.raises(ActionNeeded, match=f"it is not at {disks / 'x'} nor at {disks}"):
        context.prepare(Data)
    (disks / "x").write_text("x")
    assert "x" == context.prepare(Data).path.read_text()


def digest(*texts: bytes) -> str:
    """Return the digest of files that have some contents."""
    joined = "".join(hashlib.md5(text).hexdigest() for text in texts)
    return hashlib.md5(joined.encode()).hexdigest()


def test_the_content_of_a_folder_is_checked(disks: Path, context: Context) -> None:
    """By a digest of its files, expanded; nothing is linked that is something else."""
    right = digest(b"a", b"b")
    assert right == GlobChecker("*").compute(disks / "one")
    context.prepare(of_folder(disks / "one", checker=GlobChecker("*", right)))
    wrong = of_folder(disks / "one", str(disks / "one/"), checker=GlobChecker("*.txt", right))
    with pytest.raises(ContentError, match=rf"\*\.txt of .* have md5 {digest(b'a')}, not {right}"):
        context.prepare(wrong)
    nothing = of_folder(disks, disks / "one", checker=GlobChecker("*.sgml", right))
    with pytest.raises(ContentError, match=r"nothing in .* matches \*\.sgml"):
        context.prepare(nothing)


def test_a_checker_without_a_digest_tells_it(disks: Path, caplog: pytest.LogCaptureFixture) -> None:
    """So that an author can write it down."""
    caplog.set_level("INFO", "datamaestro")
    assert GlobChecker("*").check(disks / "one")
    assert digest(b"a", b"b") in caplog.text
    assert None is GlobChecker("*.sgml").compute(disks)


@pytest.fixture
def Text(tmp_path: Path) -> Any:  # noqa: N802 - a class
    """Return a data set of one file."""
    (tmp_path / "text.txt").write_text("text")

    @dataset(id="org.example.text")
    class Text(Dataset):
        TEXT = FileDownloader("text.txt", (tmp_path / "text.txt").as_uri())

        def config(self) -> File:
            return File(path=self.TEXT.path)

    return Text


def test_a_folder_of_links_leads_to_other_data_sets(
    Text: Any,  # noqa: N803
    disks: Path,
    context: Context,
) -> None:
    """They are brought to disk first; the links are relative, so that all can be moved."""
    wrapper = vars(Text)["__dataset__"]

    @dataset(id=ID)
    class Data(Dataset):
        ALL = links("all", whole=Text, part=wrapper.path, disk=disks, again=wrapper)

        def config(self) -> Folder:
            return Folder(path=self.ALL.path)

    found = context.prepare(Data)
    assert context.store.root / "data/__custom__/org/example/linked" == found.path
    assert ["../text", "../text/text.txt", str(disks)] == [
        str((found.path / name).readlink()) for name in ("whole", "part", "disk")
    ]
    moved = context.store.root.rename(context.store.root.with_name("moved"))
    assert "text" == (moved / "data/__custom__/org/example/linked/whole/text.txt").read_text()


def test_beside_other_resources_links_have_a_folder_of_their_own(
    Text: Any,  # noqa: N803
    tmp_path: Path,
    context: Context,
) -> None:
    """What they lead to is made anew when it has gone."""

    @dataset(id=ID)
    class Data(Dataset):
        ALL = links("all", text=Text)
        MORE = FileDownloader("more.txt", (tmp_path / "text.txt").as_uri())

        def config(self) -> Base:
            return Base(id=str(self.ALL.path))

    found = Path(context.prepare(Data).id)
    assert ("all", "text") == (found.name, (found / "text/text.txt").read_text())
    (found / "text/text.txt").unlink()
    assert not context.is_prepared(Data)
    context.prepare(Data)
    assert "text" == (found / "text/text.txt").read_text()
