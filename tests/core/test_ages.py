"""Lengths of time, as people write them."""

from datetime import timedelta

import pytest

from datamaestro.ages import parse_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30d", timedelta(days=30)),
        ("1.5 h", timedelta(minutes=90)),
        ("0s", timedelta(0)),
        ("2y", timedelta(days=730)),
    ],
)
def test_a_number_and_a_unit_say_how_long(text: str, age: timedelta) -> None:
    """Blanks may be between them."""
    assert age == parse_age(text)


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1m", "1e9d", f"{'9' * 30}y"])
def test_all_else_is_refused(text: str) -> None:
    """In one line, which shows how it is written."""
    with pytest.raises(ValueError, match="30d"):
        parse_age(text)
