"""Values of axes, and what they are as text."""

import datetime
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Optional, Union

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.variants.kinds import convert, kinds_of, label, plain, read, same


@pytest.mark.parametrize(
    ("declared", "expected", "shown"),
    [
        (None, (), ""),
        (int, (int,), "int"),
        (Optional[float], (float,), "float | None"),  # noqa: UP045 - as definitions have it
        (float | None, (float,), "float | None"),
        (Union[int, str], (int, str), "int | str"),  # noqa: UP007 - as definitions have it
        (list[str], (list,), "list"),
        (Any, (), "Any"),
        (Literal["a", "b"], (), "Literal"),
    ],
)
def test_a_declared_type_is_classes(declared: Any, expected: tuple[type, ...], shown: str) -> None:
    """Unions are their members; what is no class asks for nothing."""
    assert (expected, shown) == (kinds_of(declared), label(declared))


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("3", int, 3),
        ("-3", int, -3),
        ("3", float, 3.0),
        ("1e-5", float, 1e-5),
        ("-inf", float, -math.inf),
        ("Yes", bool, True),
        ("0", bool, False),
        ("true", str, "true"),
        ("a/b", Path, Path("a/b")),
        ("1.50", Decimal, Decimal("1.50")),
        ("2026-01-31", datetime.date, datetime.date(2026, 1, 31)),
    ],
)
def test_text_is_read_as_its_type(text: str, kind: type, expected: object) -> None:
    """Numbers, truth values, and whatever can be made from its own text."""
    found = read(text, (kind,))
    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("3.0", int),
        ("maybe", bool),
        ("", float),
        ("a,b", list),
        ("x", Decimal),
        (3.7, int),
        (2, bool),
        (2**53 + 1, float),
        (math.inf, int),
        (["a"], str),
        (["a"], Path),
    ],
)
def test_what_is_none_of_its_type_is_refused(value: object, kind: type) -> None:
    """Nothing is lost in silence, and a list has no text."""
    with pytest.raises(ValueError, match=f"^{re.escape(str(value))}$"):
        convert(value, (kind,))


def test_the_first_type_that_takes_a_text_counts() -> None:
    """Text comes last, wherever it is declared; a value of one of the types is left alone."""
    assert [3, 0.5, "x"] == [read(text, (str, int, float)) for text in ("3", "0.5", "x")]
    assert "3" == convert("3", (str, int))


@pytest.mark.parametrize(
    ("value", "kinds", "expected"),
    [
        (np.float64(0.5), (float,), 0.5),
        (np.int64(3), (int,), 3),
        (np.bool_(True), (bool,), True),
        (3, (float,), 3.0),
        (3.0, (int,), 3),
        (True, (int,), 1),
        (3, (str,), "3"),
        (3, (), "3"),
        (True, (), "true"),
        ({"a": 1}, (), {"a": 1}),
        (None, (int,), None),
    ],
)
def test_values_given_in_python_get_their_type(
    value: object, kinds: tuple[type, ...], expected: object
) -> None:
    """As text of theirs would; where no type is declared, numbers are text."""
    found = convert(value, kinds)
    assert (expected, type(expected)) == (found, type(found))


@given(st.none() | st.booleans() | st.integers() | st.floats())
def test_scalars_are_read_from_their_own_text(value: object) -> None:
    """Every number, also those that have an exponent, no end, or no value."""
    if value is None:
        assert "null" == plain(value)
    else:
        assert same(value, read(plain(value), (type(value),)))
