"""The task that shuffles data sets of the Hugging Face Hub."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from experimaestro.scheduler import RunMode
from experimaestro.scheduler.workspace import Workspace
from experimaestro.settings import Settings, WorkspaceSettings
from experimaestro.xpmutils import DirectoryContext

from datamaestro.data.huggingface import FlattenAndShuffleDataset, HuggingFaceDataset

EARLIER = "73e9c42524e32e8317cb7edb554765d367d856b410338e207288d804a545c7d8"
"""The identifier that datamaestro 1.16.1 gives to :func:`task`."""


def sample(**options: Any) -> Any:
    """Return the configuration of a data set."""
    return HuggingFaceDataset.C(id="a@acme", repo_id="u/d", name="c", **options)


def task(**options: Any) -> Any:
    """Return a task on one data set."""
    return FlattenAndShuffleDataset.C(**{"samples": [sample()], "seed": 42, **options})


def test_its_identifier_is_that_of_earlier_versions() -> None:
    """So that what has been shuffled stays so."""
    assert EARLIER == task().__identifier__().all.hex()


def test_what_it_gives_is_the_first_data_set_in_another_place(tmp_path: Path) -> None:
    """Which is on disk, and no more streamed."""
    workspace = Workspace(
        Settings(), WorkspaceSettings("test", path=tmp_path), run_mode=RunMode.DRY_RUN
    )
    told = task(samples=[sample(streaming=True)]).submit(workspace=workspace)
    assert ("shuffled_dataset", False) == (told.local_path.name, told.streaming)
    assert ("a@acme", "u/d", "c") == (told.id, told.repo_id, told.name)


def test_no_data_set_at_all_is_refused() -> None:
    """When it is submitted, and when it is done."""
    nothing = task(samples=[])
    with pytest.raises(ValueError, match="empty list of samples"):
        nothing.__submit__(lambda config: config, None)
    with pytest.raises(ValueError, match="empty list of samples"):
        nothing.execute()


class Rows(SimpleNamespace):
    """What stands for rows of the library, and notes what is done to them."""

    def __getattr__(self, name: str) -> Any:
        def note(*arguments: Any, **options: Any) -> Rows:
            self.done.append((name, arguments, options))
            return self

        return note


def test_it_shuffles_flattens_and_saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All data sets as one, with as many processes as the cluster says."""
    rows, joined = Rows(done=[]), []

    def concatenate(parts: list[Any]) -> Rows:
        joined.extend(parts)
        return rows

    library = SimpleNamespace(
        concatenate_datasets=concatenate, load_from_disk=lambda path: Path(path).name
    )
    monkeypatch.setitem(sys.modules, "datasets", library)
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "3")
    samples = [sample(local_path=tmp_path / "one"), sample(local_path=tmp_path / "two")]
    work = task(samples=samples).instance(context=DirectoryContext(tmp_path))
    work.execute()
    assert ["one", "two"] == joined
    assert [
        ("shuffle", (), {"seed": 42}),
        ("flatten_indices", (), {"num_proc": 3, "writer_batch_size": 10_000}),
        ("save_to_disk", (work.output_dir,), {"num_proc": 3}),
    ] == rows.done
