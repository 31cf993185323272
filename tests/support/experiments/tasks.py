"""Tasks, which write down what they have seen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from experimaestro import Meta, Param, PathGenerator, Task, field

from datamaestro.data import Base, File
from datamaestro.data.image import LabelledImages
from datamaestro.data.ml import Supervised
from datamaestro.data.tensor import IDX
from support.experiments.plain import Everything


class Telling(Task):
    """A task that writes down facts."""

    facts: Meta[Path] = field(default_factory=PathGenerator("facts.json"))

    def tell(self, **facts: Any) -> None:
        about = {"pid": os.getpid(), "folder": str(Path.cwd()), **facts}
        self.facts.write_text(json.dumps(about))


class Learn(Telling):
    """Sums up some images."""

    train: Param[LabelledImages]
    seed: Param[int] = field(default=1)

    def execute(self) -> None:
        images = self.train.images.data()
        self.tell(
            type=f"{type(self.train).__module__}.{type(self.train).__qualname__}",
            fits=isinstance(self.train, LabelledImages),
            path=str(self.train.images.path),
            dtype=str(images.dtype),
            shape=images.shape,
            sum=int(images.sum()),
        )


class Read(Telling):
    """Reads two files."""

    one: Param[File]
    other: Param[File | None]

    def execute(self) -> None:
        self.tell(one=self.one.open().read(), other=self.other and self.other.open().read())


class Reverse(Telling):
    """Makes data of data."""

    data: Param[IDX]
    path: Meta[Path] = field(default_factory=PathGenerator("reversed.idx"))

    def task_outputs(self, dep: Callable[[Any], Any]) -> Any:
        return dep(IDX.C(id="", path=self.path))

    def execute(self) -> None:
        content = self.data.path.read_bytes()
        self.path.write_bytes(content[:8] + content[8:][::-1])
        self.tell()


class Count(Telling):
    """Reads what another task has made."""

    data: Param[IDX]

    def execute(self) -> None:
        self.tell(items=self.data.data()[:5].tolist(), path=str(self.data.path))


class Describe(Telling):
    """Tells what has arrived in each field, with its type."""

    data: Param[Everything]
    several: Param[list[Base]] = field(default=[], ignore_default=True)
    named: Param[dict[str, Base]] = field(default={}, ignore_default=True)

    def execute(self) -> None:
        self.tell(data=repr(self.data), several=repr(self.several), named=repr(self.named))


class Choose(Telling):
    """Has a generic type of data as a parameter."""

    data: Param[Supervised[LabelledImages, LabelledImages, LabelledImages]]

    def execute(self) -> None:
        self.tell(data=repr(self.data))


class Idle(Telling):
    """Has no data, though it could have some."""

    data: Param[LabelledImages | None]

    def execute(self) -> None:
        self.tell(data=repr(self.data))
