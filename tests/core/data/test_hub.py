"""The library of the Hugging Face Hub, which stands-in play here."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from datamaestro.data.hub import hf_builder, hub_errors, one_split
from datamaestro.data.huggingface import HuggingFaceDataset
from datamaestro.errors import ActionNeeded, DatamaestroError, PluginError, TransferError


@pytest.mark.parametrize(
    ("expression", "split"),
    [
        ("train", "train"),
        (" train[:10%] ", "train"),
        ("v1.0-train[5:]", "v1.0-train"),
        ("train+test", None),
        ("train[:10%]+test[:10%]", None),
        (None, None),
        ("", None),
    ],
)
def test_an_expression_is_of_one_split_or_of_several(
    expression: str | None, split: str | None
) -> None:
    """Only of one split can the files be told."""
    assert split == one_split(expression)


class RepositoryNotFoundError(Exception):
    """As the library calls it."""


class GatedRepoError(RepositoryNotFoundError):
    """As the library calls it."""


@pytest.mark.parametrize(
    ("raised", "kind", "message"),
    [
        (GatedRepoError("403"), ActionNeeded, r"datasets/o/n is not open.*hf auth login"),
        (RepositoryNotFoundError("404\n\nlong"), TransferError, r"datasets/o/n: 404 \(look at"),
        (ConnectionError("down"), TransferError, r"datasets/o/n: down \(try again later"),
        (ValueError("Couldn't find cache for o/n"), TransferError, "try again later"),
        (PluginError("not installed"), PluginError, "not installed"),
        (ValueError("a bug"), ValueError, "a bug"),
    ],
)
def test_errors_of_the_library_are_ours(
    raised: Exception, kind: type[Exception], message: str
) -> None:
    """In one line, with the page; what nobody knows stays what it is."""
    with pytest.raises(kind, match=message), hub_errors("o/n"):
        raise raised


def test_a_model_has_a_page_of_its_own() -> None:
    """Without a word before its name."""
    with (
        pytest.raises(DatamaestroError, match=r"huggingface\.co/o/n: down"),
        hub_errors("o/n", "model"),
    ):
        raise ConnectionError("down")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the library be offline; return what it has of ``o/n`` in its cache."""

    def load_dataset_builder(source: str, name: str, **options: Any) -> Any:
        if "-" not in name:
            raise ValueError(f"Couldn't find cache for {source}")
        return SimpleNamespace(config=SimpleNamespace(name=name))

    datasets = ModuleType("datasets")
    datasets.load_dataset_builder = load_dataset_builder  # type: ignore[attr-defined]
    datasets.config = SimpleNamespace(HF_DATASETS_CACHE=str(tmp_path))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "datasets", datasets)
    return tmp_path / "o___n"


def test_offline_the_cache_of_a_split_is_found(offline: Path) -> None:
    """Which is under a name of its own, that of the newest one with that split."""
    for mark, split in (("1", "train"), ("2", "test")):
        info = offline / f"small-{mark}/0.0.0/hash/dataset_info.json"
        info.parent.mkdir(parents=True)
        info.write_text(json.dumps({"config_name": "small", "splits": {split: {}}}))
    builder, partly = hf_builder("o/n", "small", split="train")
    assert ("small-1", True) == (builder.config.name, partly)
    info = offline / "small-1/0.0.0/hash/dataset_info.json"
    assert "small-1" == json.loads(info.read_text())["config_name"]
    with pytest.raises(ValueError, match="Couldn't find"):
        hf_builder("o/n", "small", split="validation")
    with pytest.raises(ValueError, match="Couldn't find"):
        hf_builder("o/n", "large", split="train")


def test_a_cache_that_cannot_be_understood_is_used_all_the_same(
    offline: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no split is wanted; the library knows better than we do."""
    info = offline / "small-1/0.0.0/hash/dataset_info.json"
    info.parent.mkdir(parents=True)
    info.write_text("{")
    assert "small-1" == hf_builder("o/n", "small")[0].config.name
    assert "cannot be understood" in caplog.text


def test_a_folder_that_the_library_has_not_saved_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As data files; what else is said of them is told."""

    def load_from_disk(path: str) -> None:
        raise FileNotFoundError(path)

    datasets = ModuleType("datasets")
    datasets.load_from_disk = load_from_disk  # type: ignore[attr-defined]
    datasets.load_dataset = lambda *words, **options: (*words, options)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "datasets", datasets)
    data = HuggingFaceDataset(repo_id="o/n", local_path=tmp_path)
    assert (str(tmp_path), {}) == data.data
    data = HuggingFaceDataset(repo_id="o/n", local_path=tmp_path, split="train", name="small")
    assert (str(tmp_path), {"name": "small", "split": "train"}) == data.data
