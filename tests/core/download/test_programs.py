"""Resources that functions and programs make."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import Base, File, Folder
from datamaestro.data.huggingface import HuggingFaceDataset
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.custom import custom_download
from datamaestro.download.huggingface import HFSnapshotDownloader, hf_download
from datamaestro.download.single import FileDownloader
from datamaestro.download.sync import gsync
from datamaestro.download.todo import Todo
from datamaestro.download.wayback import wayback_documents
from datamaestro.errors import DefinitionError, PluginError, TransferError
from datamaestro.testing.faults import FaultServer, refuse

ID = "org.example.programs"


def of(resource: Any, **more: Any) -> Any:
    """Return a data set whose folder is a resource's."""

    class Data(Dataset):
        IT = resource

        def config(self) -> Folder:
            return Folder(path=self.IT.path)

    for name, other in more.items():
        setattr(Data, name, other)
        other.__set_name__(Data, name)
    return dataset(id=ID)(Data)


def test_a_function_fills_a_folder(context: Context) -> None:
    """The data set's own where it is alone; it is told the context."""
    told = []

    def fill(context: Context, root: Path, *, force: bool = False) -> None:
        told.append((context, force))
        (root / "x").write_text("x")

    found = context.prepare(of(custom_download("data", fill)))
    assert ("x", context.store.root / "data/__custom__/org/example/programs") == (
        (found.path / "x").read_text(),
        found.path,
    )
    assert (False, True) == (told[0][1], isinstance(told[0][0], Context))


def test_beside_other_resources_it_has_a_folder_of_its_own(
    tmp_path: Path, context: Context
) -> None:
    """It is called as the resource is."""
    (tmp_path / "y").write_text("y")

    def fill(context: Context, root: Path, *, force: bool = False) -> None:
        (root / "x").write_text("x")

    other = FileDownloader("y", (tmp_path / "y").as_uri())
    assert "data" == context.prepare(of(custom_download("data", fill), Y=other)).path.name


def test_what_is_not_finished_says_so(context: Context) -> None:
    """It is listed all the same."""
    context.prepare(of(Todo("later")), download=False)
    with pytest.raises(DefinitionError, match="resource later: its definition does not say"):
        context.prepare(of(Todo("later")))


def gsutil(folder: Path, script: str) -> None:
    """Install a program that stands in for Google's."""
    program = folder / "gsutil"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_program_fills_a_folder(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told where from and where to; that it fails or is not there is told."""
    monkeypatch.setenv("PATH", str(tmp_path))
    data = of(gsync("bucket", "gs://example/data"))
    with pytest.raises(PluginError, match=r"gs://example/data needs the program gsutil"):
        context.prepare(data)
    gsutil(tmp_path, "echo 'no such bucket' >&2; exit 1")
    with pytest.raises(TransferError, match="gsutil failed: no such bucket"):
        context.prepare(data)
    gsutil(tmp_path, 'echo "$4" > "$5/from"')
    assert "gs://example/data\n" == (context.prepare(data).path / "from").read_text()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stand in for the libraries of the Hub; return what they are called with."""
    calls: list[Any] = []

    class Builder:
        def __init__(self, *names: Any, **facts: Any) -> None:
            self.config = ModuleType("config")
            self.config.data_files = facts["data_files"] or {"train": ["a"], "test": ["b"]}  # type: ignore[attr-defined]

        def download_and_prepare(self, **options: Any) -> None:
            calls.append((self.config.data_files, options))

        def as_dataset(self, split: str | None) -> str:
            return f"data of {split}"

    def snapshot_download(**options: Any) -> None:
        calls.append(options)
        (Path(options["local_dir"]) / "shard").write_text("shard")

    datasets, hub = ModuleType("datasets"), ModuleType("huggingface_hub")
    datasets.load_dataset_builder = Builder  # type: ignore[attr-defined]
    datasets.load_dataset = lambda *names, **facts: ("stream", *names)  # type: ignore[attr-defined]
    datasets.load_from_disk = lambda path: ("disk", path)  # type: ignore[attr-defined]
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "datasets", datasets)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    return calls


def of_hub(**options: Any) -> Any:
    """Return a data set that the Hub's library keeps."""

    @hf_download("hub", "owner/name", **options)
    @dataset(HuggingFaceDataset, id=ID)
    def data(hub: dict[str, Any]) -> dict[str, Any]:
        return hub

    return data


def test_a_data_set_of_the_hub_is_kept_by_its_library(library: list[Any], context: Context) -> None:
    """Of one split only the files are fetched, and once."""
    for _ in range(2):
        found = context.prepare(of_hub(split="train[:10%]"))
    assert [({"train": ["a"]}, {"verification_mode": "no_checks"})] == library
    assert ("owner/name", "train[:10%]", None) == (found.repo_id, found.split, found.name)
    assert "data of train[:10%]" == found.data


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ({"streaming": True}, ("stream", "owner/name", None)),
        ({"local_path": "/saved"}, ("disk", "/saved")),
    ],
)
def test_what_the_library_need_not_keep_is_not_fetched(
    options: dict[str, Any], data: Any, library: list[Any], context: Context
) -> None:
    """A stream, and what is on disk already."""
    found = context.prepare(of_hub(**options))
    assert ([], data) == (library, found.data)
    found.download()
    assert [] == library


def test_files_of_the_hub_are_a_folder(library: list[Any], context: Context) -> None:
    """Those that match."""
    data = of(HFSnapshotDownloader("shards", "owner/name", allow_patterns=["*.jsonl"]))
    assert "shard" == (context.prepare(data).path / "shard").read_text()
    assert ["*.jsonl"] == library[0]["allow_patterns"]


def test_a_missing_library_is_named(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    for name in ("datasets", "huggingface_hub"):
        monkeypatch.setitem(sys.modules, name, None)
    for data in (of_hub(), of(HFSnapshotDownloader("shards", "owner/name"))):
        with pytest.raises(PluginError, match=r'pip install "datamaestro\[hf\]"'):
            context.prepare(data)


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serve pages in the place of the Internet Archive."""
    with FaultServer() as server:
        url = server.url("")
        monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"https://web.archive.org/web/={url}")
        monkeypatch.setenv("DATAMAESTRO_OFFLINE", "no")
        yield server


def pages(urls: Callable[[], list[str]]) -> Any:
    """Return a data set of archived pages."""

    @dataset(id=ID)
    class Data(Dataset):
        PAGES = wayback_documents("20191127", urls, name="pages.jsonl")

        def config(self) -> File:
            return File(path=self.PAGES.path)

    return Data


ONE, TWO = "https://example.org/one", "https://example.org/two?x=1"


def test_archived_pages_are_lines(
    archive: FaultServer, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is interrupted goes on after the last page."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    archive.files[f"20191127id_/{ONE}"] = b"page one"

    def interrupted() -> Any:
        yield ONE
        raise OSError("no more")

    context = Context()
    with pytest.raises(DefinitionError, match="no more"):
        context.prepare(pages(interrupted))
    del archive.files[f"20191127id_/{ONE}"]
    found = context.prepare(pages(lambda: [ONE]))
    (page,) = map(json.loads, io.StringIO(found.path.read_text()))
    assert (ONE, "page one") == (page["link"], page["contents"])
    assert page["id"].endswith(f"/20191127id_/{ONE}")


def test_a_page_that_is_not_archived_is_said_to_be_missing(
    archive: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be had now is not: it may be there."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    monkeypatch.setattr("datamaestro.download.wayback.ARCHIVE", archive.url("web"))
    archive.files[f"web/20191127id_/{ONE}"] = b"page one"
    found = Context().prepare(pages(lambda: [ONE, "https://example.org/nowhere"]))
    lines = [json.loads(line) for line in found.path.read_text().splitlines()]
    assert [True, False] == [line.get("available", True) for line in lines]
    archive.will(f"web/20191127id_/{ONE}", refuse(503))
    found.path.unlink()
    with pytest.raises(TransferError, match="503"):
        Context().prepare(pages(lambda: [ONE]))


def test_a_function_is_given_a_value(context: Context) -> None:
    """What a program returns need not be a path."""

    @dataset(id="org.example.value")
    class Data(Dataset):
        HUB = hf_download("hub", "owner/name", streaming=True)

        def config(self) -> Base:
            return HuggingFaceDataset(**self.HUB.prepare())

    assert "owner/name" == context.prepare(Data).repo_id
