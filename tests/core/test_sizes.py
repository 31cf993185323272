"""Numbers of bytes, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.sizes import parse_size, shown_size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        (" 500 ", 500),
        ("500k", 500_000),
        ("1.5 MiB", 1.5 * 1024**2),
        (".5GB", 500_000_000),
        ("2T", 2e12),
        ("1e3 KiB", 1_024_000),
        ("3PB", 3e15),
    ],
)
def test_a_size_is_read(text: str, expected: float) -> None:
    """With powers of 1000, or of 1024."""
    assert expected == parse_size(text)


@pytest.mark.parametrize("text", ["", "big", "1 000", "-1", "1EB", "1Mb", "1e999", "٣"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """Rather than guessed."""
    with pytest.raises(ValueError, match="bytes"):
        parse_size(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (31_000_000_000, "31 GB"),
        (2 * 10**18, "2000 PB"),
    ],
)
def test_a_size_is_shown(number: int, expected: str) -> None:
    """In two digits or three."""
    assert expected == shown_size(number)


@given(st.integers(0, 2**63))
def test_what_is_shown_can_be_read(number: int) -> None:
    """As nearly the same."""
    assert pytest.approx(number, rel=0.051) == parse_size(shown_size(number))
