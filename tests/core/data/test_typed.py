"""The data that a type says are inside."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from attrs import define

from datamaestro.data import Base, File
from datamaestro.data.image import ImageClassification, LabelledImages
from datamaestro.data.ml import Supervised
from datamaestro.data.typed import DEEPEST, parts_of

Inner = TypeVar("Inner", bound=Base)


@define(slots=False, kw_only=True, eq=False)
class Pair(Base, Generic[Inner]):
    """Two of something."""

    first: Inner
    second: File | None = None
    label: str = ""
    many: list[File] | None = None
    any: Any = None


@define(slots=False, kw_only=True, eq=False)
class Handed(Pair[Inner]):
    """A pair of what is not said here, either."""


@define(slots=False, kw_only=True, eq=False)
class Chain(Base):
    """One that may have another inside."""

    rest: Chain | None = None


@define(slots=False, kw_only=True, eq=False)
class Odd(Base):
    """One whose field names a type that is nowhere."""

    inner: Nowhere  # type: ignore[name-defined]  # noqa: F821 - that is what is tested


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LabelledImages, ("images", "labels")),
        (Pair, ("first", "second")),
        (Pair[LabelledImages], ("first", "first.images", "first.labels", "second")),
        (Handed, ("first", "second")),
        (Handed[LabelledImages], ("first", "first.images", "first.labels", "second")),
        (Supervised[File, File, File], ("train", "validation", "test")),
        (Chain, ("rest", "rest.rest", "rest.rest.rest", "rest.rest.rest.rest")),
        (File, ()),
        (Odd, ()),
        (None, ()),
        (int, ()),
    ],
)
def test_the_paths_to_what_is_inside(kind: object, expected: tuple[str, ...]) -> None:
    """By the types of the fields, wherever these are said; what is no datum has none."""
    assert expected == parts_of(kind)
    assert DEEPEST >= max((path.count(".") + 1 for path in expected), default=0)


def test_what_a_base_class_was_given_counts() -> None:
    """Of the type variables of the base class."""
    inner = ("images", "labels")
    expected = [
        path
        for name in ("train", "validation", "test")
        for path in (name, *(f"{name}.{each}" for each in inner))
    ]
    assert expected == list(parts_of(ImageClassification))
