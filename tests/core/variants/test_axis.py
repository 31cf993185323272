"""One axis of a family."""

import copy
import math
import pickle
import re
from enum import Enum
from pathlib import Path
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import VariantError
from datamaestro.variants import MISSING, Axis
from datamaestro.variants.selector import UNSHOWN, Fragment, fragments

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
TEXTS = st.text() | st.text(alphabet="ab,[]='\" \n") | st.sampled_from(["null", "None", "true"])


class Color(Enum):
    RED = "red"
    BLUE = "blue"


def test_an_axis_has_a_domain_or_is_open() -> None:
    """And a default, or a value has to be chosen."""
    closed, opened = Axis(["x", "y"], default="x"), Axis(type=float)
    assert (True, True) == (closed.enumerable, closed.has_default)
    assert (False, False, MISSING) == (opened.enumerable, opened.has_default, opened.default)
    assert Axis(default=None).has_default


def test_that_there_is_no_default_is_one_value_everywhere() -> None:
    """Also in a copy and in another process."""
    assert MISSING is copy.deepcopy(MISSING)
    assert MISSING is pickle.loads(pickle.dumps(MISSING))
    assert "MISSING" == repr(MISSING)


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (Axis(["a", "b"]), str),
        (Axis([None, 1, 2]), int),
        (Axis([1, "x"]), None),
        (Axis([]), None),
        (Axis(default=3), int),
        (Axis(default=False), bool),
        (Axis(default=None), None),
        (Axis(default=()), None),
        (Axis(), None),
        (Axis([1, 2], type=float), float),
    ],
)
def test_the_type_follows_from_what_is_declared(axis: Axis, expected: object) -> None:
    """The domain's, if all values have one; the default's, if it is text or a number."""
    assert expected is axis.type


def test_a_domain_is_a_list() -> None:
    """It is copied; anything else is a mistake of the definition."""
    domain = ["a"]
    axis = Axis(domain)
    domain.append("b")
    assert ["a"] == axis.domain
    with pytest.raises(TypeError, match="is a list of values or None"):
        Axis(("a", "b"))  # type: ignore[arg-type]


def test_a_default_is_looked_at_when_it_is_declared() -> None:
    """One that could never be chosen, or is left out without being there."""
    with pytest.raises(VariantError, match=r"'en' not in axis domain \[eng, deu\].*mean eng"):
        Axis(["eng", "deu"], default="en")
    with pytest.raises(VariantError, match="elide_default"):
        Axis(["a"], elide_default=True)


@pytest.mark.parametrize(
    ("axis", "raw", "expected"),
    [
        (Axis(type=str), "hello", "hello"),
        (Axis(type=int), "42", 42),
        (Axis(type=int), 42, 42),
        (Axis(type=float), "3", 3.0),
        (Axis(type=bool), "YES", True),
        (Axis(type=bool), "no", False),
        (Axis(type=float), "None", None),
        (Axis(type=str), "null", None),
        (Axis(type=Optional[float]), "3.5", 3.5),  # noqa: UP045 - as definitions have it
        (Axis(type=float | None), "null", None),
        (Axis(), "raw", "raw"),
        (Axis(["none", "gzip"]), "none", "none"),
        (Axis([None, 5]), "none", None),
        (Axis([1, "x"]), "1", 1),
        (Axis(type=float, default="auto"), "auto", "auto"),
        (Axis([Color.RED, Color.BLUE]), "Color.BLUE", Color.BLUE),
        (Axis([Color.RED, Color.BLUE]), "blue", Color.BLUE),
        (Axis([Path("a"), Path("b")]), "b", Path("b")),
    ],
)
def test_text_stands_for_a_value(axis: Axis, raw: object, expected: object) -> None:
    """What was declared goes first, then null, then what the type takes."""
    found = axis.coerce(raw)
    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("axis", "raw", "message"),
    [
        (Axis(type=bool), "maybe", "value 'maybe' is not of type bool"),
        (Axis(type=int | None), "x", "value 'x' is not of type int | None"),
        (Axis([1, 2]), "x", "value 'x' not in axis domain [1, 2]"),
        (Axis(list(range(99))), "x", "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … (99 in all)]"),
        (Axis(type=int), "x" * 999, "…"),
    ],
)
def test_text_that_stands_for_nothing_is_refused(axis: Axis, raw: str, message: str) -> None:
    """The error has the value, and the first of those that there are."""
    with pytest.raises(VariantError, match=re.escape(message)) as caught:
        axis.coerce(raw)
    assert len(str(caught.value)) < 200


def test_a_value_outside_the_domain_is_refused() -> None:
    """With what looks like it, in whatever case; an open axis has no domain."""
    Axis(type=float).validate("anything")
    with pytest.raises(VariantError, match=r"not in axis domain.*did you mean AgNews\?"):
        Axis(["AgNews", "reddit"]).validate("agnew")


@pytest.mark.parametrize(
    ("axis", "given", "expected"),
    [
        (Axis([False, True]), 1, True),
        (Axis([1, 2], type=float), 2.0, 2),
        (Axis([1, 2]), "2", 2),
        (Axis(type=float, default=3), 3.0, 3),
        (Axis(type=float), 3, 3.0),
        (Axis(type=float), "1e3", 1000.0),
        (Axis(), 3, "3"),
        (Axis(type=str), "null", "null"),
        (Axis(type=int), None, None),
    ],
)
def test_equal_values_become_one(axis: Axis, given: object, expected: object) -> None:
    """So that a variant has one name, however it was chosen."""
    found = axis.canonical(given)
    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("axis", "value", "expected"),
    [
        (Axis(type=str), "plain", "plain"),
        (Axis(type=str), "", ""),
        (Axis(type=str), "a = [1] it's", "a = [1] it's"),
        (Axis(type=str), "true", "true"),
        (Axis(type=str), "-1", "-1"),
        (Axis(type=str), "null", '"null"'),
        (Axis(type=str), "NONE", '"NONE"'),
        (Axis(type=str), "a, b", '"a, b"'),
        (Axis(type=str), " a", '" a"'),
        (Axis(type=str), '"a"', r'"\"a\""'),
        (Axis(type=str), "'a", '"\'a"'),
        (Axis(type=str), "a\nb", r'"a\nb"'),
        (Axis(type=str), "é, \N{FLAG IN HOLE}\n", '"é, \N{FLAG IN HOLE}\\n"'),
        (Axis(type=str), "a\N{NO-BREAK SPACE}b", "a\N{NO-BREAK SPACE}b"),
        (Axis(type=str), "a\N{LINE SEPARATOR}\x7f", r'"a\u2028\u007f"'),
        (Axis(type=str), None, "null"),
        (Axis(type=float), -1.5e-07, "-1.5e-07"),
        (Axis(type=float), math.inf, "inf"),
        (Axis(type=float), math.nan, "nan"),
        (Axis(type=bool), True, "true"),
        (Axis(["none"]), "none", "none"),
        (Axis([None, "null"]), "null", '"null"'),
        (Axis([1, "1"]), "1", '"1"'),
        (Axis([(1, 2), (3, 4)]), (3, 4), '"(3, 4)"'),
        (Axis(type=int | str), "1", '"1"'),
        (Axis(type=str, default=True), True, "true"),
        (Axis(type=str, default=True), "true", '"true"'),
        (Axis(type=Path), Path("a, b"), '"a, b"'),
    ],
)
def test_a_value_is_written_as_it_is_read(axis: Axis, value: object, expected: str) -> None:
    """Without quotes wherever that is enough."""
    assert expected == axis.write(value)
    assert repr(value) == repr(_read(axis, expected))


def test_a_value_that_no_text_stands_for_cannot_be_written() -> None:
    """Rather than a name that nobody can use again."""
    with pytest.raises(VariantError, match=r"no selector can say \['a'\].*in_id=False"):
        Axis(type=list).write(["a"])


@given(TEXTS)
def test_text_that_earlier_versions_could_read_is_written_as_they_did(text: str) -> None:
    """Names that are in use stay; only quotes in front and control characters are new."""
    read_back = "," not in text and text == text.strip() and text.lower() not in ("null", "none")
    new = text.startswith(("'", '"')) or bool(UNSHOWN.search(text))
    assert (text == Axis(type=str).write(text)) is (read_back and not new)


@given(st.lists(SCALARS | TEXTS, min_size=1), st.data())
def test_any_value_of_a_domain_round_trips(domain: list[Any], data: st.DataObject) -> None:
    """Also where several types are in it, and values that are the same as text."""
    axis = Axis(domain)
    value = axis.canonical(data.draw(st.sampled_from(domain)))
    assert _same(value, _read(axis, axis.write(value)))


@given(
    st.sampled_from([None, str, int, float, bool, str | None, int | str, float | None]),
    st.just(MISSING) | SCALARS,
    SCALARS | TEXTS,
)
def test_any_value_of_an_open_axis_round_trips(kind: Any, default: Any, value: Any) -> None:
    """What the axis takes at all is written, read, and the same."""
    axis = Axis(type=kind, default=default)
    try:
        taken = axis.canonical(value)
    except VariantError:
        return
    assert _same(taken, _read(axis, axis.write(taken)))


def _read(axis: Axis, written: str) -> Any:
    (fragment,) = fragments(f"[k={written}]")
    assert isinstance(fragment, Fragment)
    return axis.canonical(axis.read(fragment))


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or repr(one) == repr(other) == "nan"
