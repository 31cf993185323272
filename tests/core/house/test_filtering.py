"""Which data sets on disk an expression finds."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import UsageError
from datamaestro.house.accounts import Account
from datamaestro.house.filtering import matches, parse_filter

NOW = datetime.fromisoformat("2026-06-15T12:00:00").timestamp()
DAY = 24 * 3600

LARGE = Account(
    *("com.example.Large", "acme", 2_000_000_000, 5, NOW - 3 * DAY),
    *(("far.example.org", "file"), "complete"),
)
SMALL = Account("org.example.small", "demo", 10, 1, NOW - 400 * DAY, ("package",), "partial")
LOST = Account("org.example.lost", "demo", state="damaged")

ALL = {"large": LARGE, "small": SMALL, "lost": LOST}


def found(*expressions: str) -> set[str]:
    """Return what expressions find."""
    query = parse_filter(expressions)
    return {name for name, account in ALL.items() if matches(query, account, NOW)}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", {"large", "small", "lost"}),
        ("size>1GB", {"large"}),
        ("size:>1GB", {"large"}),
        ("SIZE > 1 GB", {"large"}),
        ("size<=10", {"small", "lost"}),
        ("size:5..10", {"small"}),
        ("files=1", {"small"}),
        ("files > 1 used < 30 d", {"large"}),
        ("files>=1 files<=5", {"large", "small"}),
        ("used<30d", {"large"}),
        ("used > 1y", {"small"}),
        ("-used<30d", {"small", "lost"}),
        ("used>=2026-06-12", {"large"}),
        ("used<2026-01-01", {"small"}),
        ("used<2026-06-12T13:00", {"large", "small"}),
        ("state:partial", {"small"}),
        ("state:Damaged OR state:complete", {"large", "lost"}),
        ("is:damaged", {"lost"}),
        ("repo:demo -state:damaged", {"small"}),
        ("repository:acme", {"large"}),
        ("from:far", {"large"}),
        ('from:"far"', set()),
        ("from:/^far.*org$/", {"large"}),
        ("id:/^org/", {"small", "lost"}),
        ("large", {"large"}),
        ("(large OR small) size<1k", {"small"}),
    ],
)
def test_fields_are_those_of_what_is_on_disk(expression: str, expected: set[str]) -> None:
    """Read as a search is."""
    assert expected == found(expression)


def test_all_expressions_have_to_hold() -> None:
    """One beside the other, each by itself."""
    assert {"small"} == found("large OR small", "size<1k")
    assert {"large", "small", "lost"} == found()


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("state:half", "no state is called 'half'"),
        ("colour:red", "there is no field colour"),
        ("size>large", "is no number of bytes"),
        ("used<30", "is no length of time"),
        ("used<2026-13-01", "month must be in 1..12"),
        ("used:30d", "compares nothing"),
        ("used<9999999999999999999999y", "is no length of time"),
        ("id:/(/", "is not a regular expression"),
        ("OR size<1", "something is missing"),
        ("usd>30d", "there is no field usd (did you mean used:?"),
        ("state = complete", "state is nothing to compare (write state:)"),
        ("(", "there is no word in this"),
    ],
)
def test_what_cannot_be_understood_is_said(expression: str, reason: str) -> None:
    """With where it stands, and what there is."""
    with pytest.raises(UsageError) as refused:
        found(expression)
    assert reason in str(refused.value)


@given(
    st.lists(
        st.text() | st.sampled_from(["size>", " > ", "used<", "1d", "(", "OR", "state:", '"']),
        max_size=6,
    )
)
def test_any_expression_finds_something_or_is_refused(words: list[str]) -> None:
    """In plain words."""
    try:
        found(" ".join(words))
    except UsageError:
        return
