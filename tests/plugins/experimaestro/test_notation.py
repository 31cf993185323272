"""Type hints and defaults in experimaestro's notation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import pytest
from attrs import NOTHING, define
from experimaestro import Config, Constant, Meta, Option, Param, PathGenerator, field, pathgenerator

from datamaestro.data import Base
from datamaestro_plugins.experimaestro.hints import data_type, only_arm, without_annotation
from datamaestro_plugins.experimaestro.notation import (
    Unknown,
    default_of,
    is_generated,
    is_notation,
    notations,
    resolve,
)


class Here(Config):
    """Where hints are looked up."""

    number: Param[int] = 3
    text: Param[str]
    made: Meta[Path] = field(default_factory=PathGenerator("a"))
    placed: Annotated[Path, pathgenerator("b")]
    plain: int = 4

    def method(self) -> None: ...


class Below(Here):
    text: Param[str] = "a"
    number: Param[int]
    method: Param[int]


@pytest.mark.parametrize("hint", [Param[int], Meta[int], Option[int], Constant[int]])
def test_each_notation(hint: Any) -> None:
    """All are annotations of experimaestro's."""
    assert is_notation(hint)
    assert without_annotation(hint) is int


@pytest.mark.parametrize("hint", [int, Annotated[int, "a note"], "Param[int]", None])
def test_other_hints(hint: Any) -> None:
    """They are left to others."""
    assert not is_notation(hint)


def test_the_fields_of_a_body() -> None:
    """Its own, with their defaults; that of an ancestor counts, a method does not."""
    found = notations(Here)
    assert list(found) == ["number", "text", "made", "placed"]
    assert (found["number"].default, found["text"].default) == (3, NOTHING)
    assert [name for name in found if is_generated(found[name])] == ["made", "placed"]
    below = notations(Below)
    assert (below["number"].default, below["method"].default) == (3, NOTHING)


def test_defaults_of_attrs() -> None:
    """They are the class's own, not those that it inherits."""

    @define(slots=False, kw_only=True)
    class Written(Base):
        size: int = 3
        count: int

    class Again(Written):
        pass

    assert (default_of("size", Again), default_of("count", Again)) == (3, NOTHING)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Param[int]", Param[int]),
        ("Meta[Optional[Path]]", Meta[Optional[Path]]),  # noqa: UP045 - as it is resolved
        ("Param['int']", Param[int]),
        ("list[int]", list[int]),
    ],
)
def test_text_is_looked_up(text: str, known: Any) -> None:
    """Where the class stands."""
    assert resolve(text, Here) == known


@pytest.mark.parametrize(
    ("text", "is_optional"),
    [("Param[Hidden]", False), ("Param[Hidden | None]", True), ("Param[a.b.Hidden[int]]", False)],
)
def test_names_that_are_not_known(text: str, is_optional: bool) -> None:
    """What is around them is understood."""
    hint = resolve(text, Here)
    assert is_notation(hint)
    inner = without_annotation(hint)
    assert (only_arm(inner) is not None) == is_optional
    assert isinstance(only_arm(inner) or inner, Unknown)


@pytest.mark.parametrize("text", ["1 / 0", "this is no code", "int.nothing"])
def test_what_cannot_be_understood(text: str) -> None:
    """It stays as it is."""
    assert resolve(text, Here) == text
    assert data_type(text) is None
