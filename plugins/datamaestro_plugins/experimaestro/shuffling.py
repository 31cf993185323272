"""A task that shuffles data sets of the Hugging Face Hub, as datamaestro 1.16 has it."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - experimaestro reads it
from typing import TYPE_CHECKING, Any

from experimaestro import Meta, Param, PathGenerator, Task, copyconfig, field

from datamaestro.data.hub import hub_library
from datamaestro.data.huggingface import HuggingFaceDataset  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 10_000
"""Rows that the library writes at a time."""


class FlattenAndShuffleDataset(Task):
    """Joins data sets of the Hub, shuffles their rows, and saves them in that order.

    What ``submit()`` returns is the first data set, with the saved one in its place.
    """

    __xpmid__ = "datamaestro.data.huggingface.flattenandshuffledataset"

    samples: Param[list[HuggingFaceDataset]]
    """The data sets to be joined; at least one."""

    seed: Param[int]
    """Of the random order."""

    output_dir: Meta[Path] = field(default_factory=PathGenerator("shuffled_dataset"))
    """Where the result is saved."""

    def execute(self) -> None:
        """Do it, with as many processes as the job may use processors.

        Raises:
            ValueError: there is no data set.
            PluginError: the library ``datasets`` is not installed.
        """
        _refuse_none(self.samples)
        joined = hub_library().concatenate_datasets([sample.data for sample in self.samples])
        processes = int(os.environ.get("SLURM_CPUS_PER_TASK") or os.cpu_count() or 1)
        rows = joined.shuffle(seed=self.seed).flatten_indices(
            num_proc=processes, writer_batch_size=BATCH
        )
        rows.save_to_disk(self.output_dir, num_proc=processes)

    def __submit__(self, dep: Callable[[Any], Any], add_action: Any, **options: Any) -> Any:
        """Return the configuration of what will be saved, which other tasks wait for.

        Raises:
            ValueError: there is no data set.
        """
        _refuse_none(self.samples)
        first = self.samples[0]
        return dep(copyconfig(first, local_path=self.output_dir, streaming=False, dataset_=None))


def _refuse_none(samples: list[HuggingFaceDataset]) -> None:
    if not samples:
        raise ValueError("FlattenAndShuffleDataset received an empty list of samples")
