"""Data that an earlier version downloaded are used, after they were checked."""

import gzip
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File, Folder
from datamaestro.data.tensor import IDX
from datamaestro.definitions import Dataset, dataset
from datamaestro.download import FileResource, FilesCopy, ValueResource
from datamaestro.download.archive import ZipDownloader
from datamaestro.download.links import links
from datamaestro.download.single import FileDownloader
from datamaestro.errors import ContentError, StorageError, TransferError
from datamaestro.plugins.registry import forget_plugins
from datamaestro.store.records import DatasetRecords

NOWHERE = "file:///nowhere"
ID = "org.example.old"


@pytest.fixture
def folder(store: Path) -> Path:
    """Return the data set's folder, where something was left."""
    folder = store / "data/__custom__/org/example/old"
    folder.mkdir(parents=True)
    return folder


def left_state(folder: Path, **states: str) -> None:
    """Leave the record of an earlier version."""
    resources = {name: {"state": state} for name, state in states.items()}
    document = {"version": 1, "resources": resources}
    (folder / ".state.json").write_text(json.dumps(document))


def of_file(**options: Any) -> Any:
    """Return a data set of one file that cannot be fetched any more."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", f"{NOWHERE}/text.txt", **options)

        def config(self) -> File:
            return File(path=self.TEXT.path)

    return Data


@pytest.mark.parametrize("recorded", [True, False])
def test_a_file_is_used(recorded: bool, folder: Path, context: Context) -> None:
    """With the record of an earlier version or without any; ours has what it has then."""
    (folder / "text.txt").write_text("text")
    if recorded:
        left_state(folder, TEXT="complete")
    data = of_file(size=4, md5="1cb251ec0d568de6a929b520c4aed8d1")
    assert not context.is_prepared(data)
    assert "text" == Context(offline=True).prepare(data).path.read_text()
    assert context.is_prepared(data)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": 5}, "it has 4 bytes, not 5"),
        ({"md5": "0" * 32}, "it has md5 1cb251ec0d568de6a929b520c4aed8d1"),
        ({"result_sha256": "0" * 64}, "it has sha256"),
    ],
)
def test_a_file_that_is_something_else_is_not_used(
    options: dict[str, Any],
    reason: str,
    folder: Path,
    context: Context,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is fetched, or that fails; what was there stays until something better is."""
    (folder / "text.txt").write_text("text")
    with pytest.raises(TransferError):
        context.prepare(of_file(**options))
    assert f"text.txt is there, but {reason}" in caplog.text
    assert "text" == (folder / "text.txt").read_text()


def test_a_file_that_was_incomplete_is_not_used(folder: Path, context: Context) -> None:
    """An earlier version said so."""
    (folder / "text.txt").write_text("te")
    left_state(folder, TEXT="partial")
    with pytest.raises(TransferError):
        context.prepare(of_file())


def test_a_compressed_source_says_nothing_of_the_result(folder: Path, context: Context) -> None:
    """Its size and digest are those of what is fetched; the type is asked."""
    head = bytes([0, 0, 8, 1, 0, 0, 0, 3])

    def of(size: int) -> Any:
        @dataset(id=ID)
        class Data(Dataset):
            TENSOR = FileDownloader("x.idx", f"{NOWHERE}/x.gz", size=size, sha256="0" * 64)

            def config(self) -> IDX:
                return IDX(path=self.TENSOR.path)

        return Data

    (folder / "x.idx").write_bytes(gzip.compress(head))
    with pytest.raises(TransferError):
        context.prepare(of(100))
    (folder / "x.idx").write_bytes(head + b"abc")
    assert [97, 98, 99] == context.prepare(of(100)).data().tolist()


def test_a_folder_is_used_without_what_earlier_versions_kept_in_it(
    folder: Path, context: Context
) -> None:
    """Their record, lock and downloads are no data."""

    @dataset(id=ID)
    class Data(Dataset):
        FILES = ZipDownloader("files", f"{NOWHERE}/files.zip")

        def config(self) -> Folder:
            return Folder(path=self.FILES.path)

    left_state(folder, files="complete")
    (folder / ".state.lock").touch()
    with pytest.raises(TransferError):
        context.prepare(Data)
    (folder / "a").mkdir()
    (folder / "a/b.txt").write_text("b")
    assert folder == context.prepare(Data).path
    facts = (context.store.root / f"state/__custom__/{ID}.files.jsonl").read_text()
    assert ["a/b.txt"] == [json.loads(line)["path"] for line in facts.splitlines()]


@pytest.mark.parametrize("writable", [True, False])
def test_what_was_made_from_something_transient_is_used(
    writable: bool, folder: Path, context: Context
) -> None:
    """That need not be there any more."""

    class Nothing(ValueResource):
        def prepare(self) -> str:
            return "value"

        def download(self, force: bool = False) -> None:
            raise TransferError(NOWHERE, "gone")

    class Count(FileResource):
        def __init__(self, source: Any) -> None:
            super().__init__("count.txt")
            self._dependencies.append(source)

        def _download(self, destination: Path) -> None:
            raise TransferError(NOWHERE, "gone")

    @dataset(id=ID)
    class Data(Dataset):
        ARCHIVE = ZipDownloader("archive", f"{NOWHERE}/archive.zip", transient=True)
        COUNT = Count(ARCHIVE)
        FILES = FilesCopy(ARCHIVE, {"a.txt": "x/a.txt"})
        VALUE = Nothing()

        def config(self) -> File:
            return File(path=self.COUNT.path)

    (folder / "count.txt").write_text("3")
    (folder / "FILES").mkdir()
    (folder / "FILES/a.txt").write_text("a")
    left_state(folder, archive="none", COUNT="complete", FILES="complete", VALUE="complete")
    if not writable:
        (context.store.root / "partial").write_text("in the way")
    assert "3" == Context(offline=True).prepare(Data).path.read_text()
    assert writable == context.plan(context.dataset(Data)).done


def test_what_is_on_our_own_record_is_not_adopted_anew(
    tmp_path: Path, folder: Path, context: Context
) -> None:
    """A definition that changes has its files made again."""
    (tmp_path / "one.txt").write_text("one")

    def of(name: str, **options: Any) -> Any:
        @dataset(id=ID)
        class Data(Dataset):
            X = FileDownloader("x.txt", (tmp_path / "one.txt").as_uri(), varname=name, **options)

            def config(self) -> File:
                return File(path=self.X.path)

        return Data

    context.prepare(of("first"))
    with pytest.raises(ContentError):
        context.prepare(of("second", sha256="0" * 64))


def test_data_that_a_user_has_put_elsewhere_are_used(
    tmp_path: Path, folder: Path, context: Context
) -> None:
    """With links in their place, whether of a file, of a folder, or of all that a data set has."""
    elsewhere = tmp_path / "disk"
    (elsewhere / "files").mkdir(parents=True)
    (elsewhere / "files/a.txt").write_text("a")
    (elsewhere / "text.txt").write_text("text")

    @dataset(id=ID)
    class Both(Dataset):
        TEXT = FileDownloader("text.txt", f"{NOWHERE}/text.txt", size=4)
        FILES = ZipDownloader("files", f"{NOWHERE}/files.zip")

        def config(self) -> Folder:
            return Folder(path=self.FILES.path)

    @dataset(id=f"{ID}.whole")
    class Whole(Dataset):
        FILES = ZipDownloader("files", f"{NOWHERE}/files.zip")

        def config(self) -> Folder:
            return Folder(path=self.FILES.path)

    (folder / "text.txt").symlink_to(elsewhere / "text.txt")
    (folder / "files").symlink_to(elsewhere / "files")
    (folder / "whole").symlink_to(elsewhere / "files")
    for data in (Both, Whole):
        assert "a" == (context.prepare(data).path / "a.txt").read_text()
        assert context.is_prepared(data)
    assert all((folder / name).is_symlink() for name in ("text.txt", "files", "whole"))


def test_links_that_lead_nowhere_are_made_anew(tmp_path: Path, context: Context) -> None:
    """An earlier version made absolute ones, and the data directory has been moved since."""
    (tmp_path / "there").mkdir()

    @dataset(id=ID)
    class Linked(Dataset):
        LINKS = links("links", it=tmp_path / "there")

        def config(self) -> Folder:
            return Folder(path=self.LINKS.path)

    folder = context.store.root / "data/__custom__/org/example/old"
    folder.mkdir(parents=True)
    (folder / "it").symlink_to(tmp_path / "moved")
    left_state(folder, links="complete")
    assert (context.prepare(Linked).path / "it").is_dir()


def test_what_is_neither_a_file_nor_a_folder_is_not_waited_for(
    tmp_path: Path, folder: Path, context: Context
) -> None:
    """A pipe, for instance."""
    (tmp_path / "new.txt").write_text("new")

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", (tmp_path / "new.txt").as_uri())

        def config(self) -> File:
            return File(path=self.TEXT.path)

    os.mkfifo(folder / "text.txt")
    assert "new" == context.prepare(Data).path.read_text()


def test_what_is_there_is_used_where_nothing_can_be_written(
    folder: Path, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as in a data directory that others keep; it is checked each time."""
    (folder / "text.txt").write_text("text")
    (context.store.root / "partial").write_text("in the way")
    data = of_file(size=4)
    for _ in range(2):
        assert folder / "text.txt" == context.prepare(data).path
    assert 2 == caplog.text.count(f"{ID}@__custom__ is checked each time it is used: ")
    (folder / "text.txt").write_text("others")
    with pytest.raises(StorageError, match="partial"):
        context.prepare(data)


def test_what_is_there_is_used_where_the_disk_is_full(
    folder: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing need be written for it; when there is room, it is recorded."""
    (folder / "text.txt").write_text("text")
    data = of_file(sha256=sha256(b"text").hexdigest())

    def full(self: Any, *arguments: Any) -> None:
        raise StorageError("no space left", hint="make room")

    with monkeypatch.context() as patch:
        patch.setattr(DatasetRecords, "adopt", full)
        assert folder / "text.txt" == context.prepare(data).path
    assert not context.is_prepared(data)
    context.prepare(data)
    assert context.is_prepared(data)


def test_what_is_expanded_already_needs_nobody_who_expands_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for the plan nor to be used."""

    @dataset(id=ID)
    class Data(Dataset):
        TEXT = FileDownloader("text.txt", f"{NOWHERE}/text.txt.gz", size=30)

        def config(self) -> File:
            return File(path=self.TEXT.path)

    (folder / "text.txt").write_text("text")
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-gzip")
    forget_plugins()
    context = Context()
    assert ["adopt"] == [item.action for item in context.forecast(Data).items]
    assert "text" == context.prepare(Data).path.read_text()
