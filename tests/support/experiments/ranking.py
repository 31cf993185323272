"""A task that reads what a task of ``datamaestro_ir`` has made; that package is needed."""

from __future__ import annotations

import gzip

import datamaestro_ir.data as ir
from experimaestro import Param

from support.experiments.tasks import Telling


class CountTriplets(Telling):
    """Reads triplets."""

    data: Param[ir.TrainingTriplets]

    def execute(self) -> None:
        with gzip.open(self.data.path, "rt") as lines:
            self.tell(lines=lines.read().splitlines(), type=type(self.data).__qualname__)
