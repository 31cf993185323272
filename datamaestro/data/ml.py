"""Data for machine learning."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from attrs import define, field

from datamaestro.data import Base

Train = TypeVar("Train", bound=Base)
Validation = TypeVar("Validation", bound=Base)
Test = TypeVar("Test", bound=Base)


@define(slots=False, kw_only=True, eq=False)
class Supervised(Base, Generic[Train, Validation, Test]):
    """Data for supervised learning, split by the publisher.

    Args:
        train: to learn from.
        validation: to choose with, where there is such a part.
        test: to judge by, where there is such a part.
    """

    train: Train
    validation: Validation | None = None
    test: Test | None = None


@define(slots=False, kw_only=True, eq=False)
class FolderBased(Base):
    """A folder with one folder of examples per class.

    Args:
        path: absolute.
        classes: names of the folders.
    """

    path: Path = field(converter=Path)
    classes: list[str]
