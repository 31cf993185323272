"""Values as experimaestro holds them, and back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import pytest
from experimaestro import Config
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.data import Base, File
from datamaestro_plugins.experimaestro.bridge import to_config
from datamaestro_plugins.experimaestro.carriage import TEXT, CarriedType, carry, is_native, restore
from support.experiments.plain import Box, Colour

DATA = TypeVar("DATA", bound=Base)
T = TypeVar("T")

NATIVE = [str, int, float, bool, Path, Colour, File, list[int], dict[str, File], int | str, DATA]
CARRIED = [
    tuple[int, ...],
    set[str],
    Sequence[int],
    dict[int, str],
    Mapping[str, int],
    list[int | None],
    Box,
    Any,
    object,
    T,
    Literal["a"],
    int | str | None,
    list,
    dict,
    datetime.date,
]


@pytest.mark.parametrize("hint", NATIVE)
def test_what_experimaestro_knows_itself(hint: Any) -> None:
    """It is left to it."""
    assert is_native(hint)


@pytest.mark.parametrize("hint", CARRIED)
def test_what_has_to_be_carried(hint: Any) -> None:
    """Of this it knows nothing, or does not hold all values."""
    assert not is_native(hint)


VALUES: list[tuple[Any, Any]] = [
    ((1, 2), tuple[int, ...]),
    (("a", (1.5, 2)), tuple[str, tuple[float, int]]),
    ({"b", "a"}, set[str]),
    (frozenset({(1, 2)}), frozenset[tuple[int, int]]),
    ([[1], []], list[list[int]]),
    ([1, None], list[int | None]),
    ({1: {2.5: "a"}}, dict[int, dict[float, str]]),
    ({Colour.GREY: 1}, dict[Colour, int]),
    ({"a": None}, dict[str, int | None]),
    (Colour.RGB, Colour),
    (Path("/a"), Path),
    ([Path("/a")], list[Path]),
    (Box(3, (1,)), Box),
    ((Box(3),), tuple[Box, ...]),
    (datetime.date(2026, 1, 2), datetime.date),
    (b"ab", bytes),
    (None, tuple[int, ...] | None),
    ((1,), tuple[int, ...] | None),
    ("a", int | str | None),
    ({"a": [1, None, {"b": 0.5}]}, Any),
    ([], Any),
    ("text", Any),
    (TEXT, str),
]


@pytest.mark.parametrize(("value", "hint"), VALUES[:-1])
def test_values_come_back(value: Any, hint: Any) -> None:
    """Equal, and of the same type."""
    held = carry(value, hint, to_config)
    back = restore(held, hint)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(("value", "hint"), VALUES[:-1])
def test_what_is_held_is_taken_again(value: Any, hint: Any) -> None:
    """Experimaestro checks its values anew when it copies or loads a configuration."""
    held = carry(value, hint, to_config)
    assert CarriedType(hint).validate(held) == held


LEAVES = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text()
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


@given(JSON)
def test_anything_that_json_can_say_comes_back(value: Any) -> None:
    """Also in a field that may be anything."""
    if isinstance(value, str) and value.startswith(TEXT):
        return
    assert restore(carry(value, Any, to_config), Any) == value


def test_data_become_configurations() -> None:
    """Wherever they are inside of a value."""
    file = File(id="a", path="/a")
    held = carry({"a": [file], "b": (file, 3)}, dict[str, Any], to_config)
    assert isinstance(held["a"][0], Config)
    assert held["b"][1] == 3


@pytest.mark.parametrize(
    ("value", "hint", "message"),
    [
        (lambda: None, Callable[[], None], "cannot be given to a job"),
        (np.zeros(2), Any, "cannot be given to a job"),
        (Box(3), Any, "its field does not say its type"),
        ({1: "a"}, Any, "its field does not say its type"),
        ([File(id="a", path="/a"), None], list[File | None], "data, such as a, cannot stand"),
        ({Colour.GREY: File(id="a", path="/a")}, dict[Colour, File], "data, such as a, cannot"),
    ],
)
def test_what_cannot_be_given_to_a_job(value: Any, hint: Any, message: str) -> None:
    """The error says it."""
    with pytest.raises(ValueError, match=message):
        carry(value, hint, to_config)


@pytest.mark.parametrize(
    ("value", "hint"),
    [(3, tuple[int, ...]), ([1], dict[int, str]), ("a", Box), (1.5, int | str | None), ("a", set)],
)
def test_values_of_another_type_are_refused(value: Any, hint: Any) -> None:
    """By a parameter of the type."""
    with pytest.raises(ValueError, match="is no"):
        CarriedType(hint).validate(value)


def test_none_is_a_value_where_the_type_says_so() -> None:
    """And else it is none."""
    assert CarriedType(tuple[int, ...] | None).validate(None) is None
    with pytest.raises(ValueError, match="None is no"):
        CarriedType(tuple[int, ...]).validate(None)


class Plain(Enum):
    """With values that JSON does not have."""

    A = (1, 2)


def test_members_of_enumerations_are_left_to_experimaestro() -> None:
    """It writes down their names."""
    assert carry([Plain.A], list[Plain], to_config) == [Plain.A]
