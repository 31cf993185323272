"""Resources of the Hugging Face Hub, whose libraries stand-ins play here."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.checks import CheckStatus
from datamaestro.download.huggingface import HFDownloader, HFSnapshotDownloader
from datamaestro.errors import TransferError
from datamaestro.helpers import EnvironmentResolver
from datamaestro.testing.faults import FaultServer

REPOSITORY = "owner/name"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a repository that a cluster has; nobody asks the Hub."""
    folder = tmp_path / "mirror" / REPOSITORY
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    for variable in (EnvironmentResolver.MODELS_ENV, EnvironmentResolver.DATASETS_ENV):
        monkeypatch.setenv(variable, str(tmp_path / "mirror"))
    for name in ("datasets", "huggingface_hub"):
        monkeypatch.setitem(sys.modules, name, None)
    return folder


def snapshot(**options: Any) -> Any:
    """Return a data set of the files of a repository."""

    @dataset(id="org.example.shards")
    class Data(Dataset):
        SHARDS = HFSnapshotDownloader("shards", REPOSITORY, **options)

        def config(self) -> Folder:
            return Folder(path=self.SHARDS.path)

    return Data


def test_a_data_set_that_a_helper_has_is_not_fetched(mirror: Path) -> None:
    """It is loaded from there; its definition's own place goes before."""
    hub = HFDownloader("hub", REPOSITORY)
    assert str(mirror) == hub.prepare()["local_path"]
    assert (True, mirror) == (hub.download(), hub.local_path)
    saved = HFDownloader("hub", REPOSITORY, local_path="/saved")
    assert "/saved" == saved.prepare()["local_path"]


def test_files_that_a_helper_has_are_linked_to(mirror: Path, context: Context) -> None:
    """And used where they are."""
    data = snapshot()
    assert mirror == context.prepare(data).path
    place = context.store.root / "data/__custom__/org/example/shards/shards"
    assert mirror == place.readlink()
    assert context.is_prepared(data)


def test_what_a_helper_no_longer_has_is_fetched(
    mirror: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own place; what the library notes beside the files does not stay."""
    context.prepare(snapshot())
    (mirror / "config.json").unlink()
    mirror.rmdir()

    def snapshot_download(*, local_dir: str, **options: Any) -> None:
        (Path(local_dir) / ".cache/huggingface").mkdir(parents=True)
        (Path(local_dir) / ".cache/huggingface/note").write_text("note")
        (Path(local_dir) / "shard").write_text("shard")

    hub = ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    found = context.prepare(snapshot()).path
    assert not found.is_symlink()
    assert ["shard"] == [each.name for each in found.iterdir()]


def test_an_error_of_the_library_is_one_of_ours(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5, with the page of the repository."""

    def snapshot_download(**options: Any) -> None:
        raise ConnectionError("no route to host")

    hub = ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(TransferError, match=f"spaces/{REPOSITORY}: no route to host"):
        context.prepare(snapshot(repo_type="space"))


def test_another_part_of_the_hub_is_another_recipe() -> None:
    """Where it is loaded from is none."""
    plain = HFDownloader("hub", REPOSITORY).card().derivation
    parts: list[dict[str, Any]] = [{"name": "x"}, {"split": "x"}, {"revision": "x"}, {}]
    cards = [HFDownloader("hub", REPOSITORY, **part).card() for part in parts]
    assert [False, False, False, True] == [card.derivation == plain for card in cards]
    files: list[dict[str, Any]] = [{"allow_patterns": ["x"]}, {"ignore_patterns": ["x"]}, {}]
    snapshots = {HFSnapshotDownloader("x", REPOSITORY, **part).card().derivation for part in files}
    assert 3 == len(snapshots)
    assert all(one is not None and one.resumes for one in snapshots)


def test_the_hub_is_asked_whether_it_has_a_repository(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its revision, where one is said; without its library."""
    monkeypatch.setenv("HF_ENDPOINT", server.url(""))
    server.files["api/datasets/owner/name"] = b"{}"
    server.files["api/models/owner/name/revision/refs%2Fpr%2F1"] = b"{}"
    there = HFDownloader("hub", REPOSITORY).check()
    assert ("hub", CheckStatus.OK) == (there.resource, there.status)
    model = HFSnapshotDownloader("hub", REPOSITORY, repo_type="model", revision="refs/pr/1")
    assert CheckStatus.OK == model.check().status
    assert CheckStatus.FAILED == HFDownloader("hub", REPOSITORY, revision="gone").check().status
