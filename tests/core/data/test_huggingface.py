"""Types for data sets of the Hugging Face Hub."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from datamaestro import get_dataset, prepare_dataset
from datamaestro.data import huggingface
from datamaestro.data.huggingface import HuggingFaceDataset
from datamaestro.definitions import Dataset, dataset
from datamaestro.errors import PluginError


def test_other_names_are_not_there() -> None:
    """Nor do names with an underscore load plugins."""
    for name in ("Other", "_other"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(huggingface, name)


@pytest.mark.skipif(
    importlib.util.find_spec("experimaestro") is not None, reason="experimaestro is installed"
)
def test_the_task_says_what_it_needs() -> None:
    """Where experimaestro is not installed."""
    with pytest.raises(PluginError, match="experimaestro is not installed"):
        huggingface.FlattenAndShuffleDataset  # noqa: B018


@pytest.mark.parametrize(
    ("options", "expected"), [({}, 1), ({"streaming": True}, 0), ({"local_path": "/here"}, 0)]
)
def test_it_is_brought_into_the_librarys_cache(
    options: dict[str, Any], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, when it or its data set is prepared; not where it is kept nowhere, or is on disk."""

    @dataset(id="org.example.hub")
    class Data(Dataset):
        def config(self) -> HuggingFaceDataset:
            return HuggingFaceDataset(repo_id="o/n", split="train", **options)

    asked = []
    monkeypatch.setattr(huggingface, "hf_download_and_prepare", lambda *said: asked.append(said))
    prepare_dataset(Data)
    assert expected * [("o/n", None, None, "train", None)] == asked
    get_dataset(Data).download()
    HuggingFaceDataset(repo_id="o/n", **options).prepare()
    assert 3 * expected == len(asked)
