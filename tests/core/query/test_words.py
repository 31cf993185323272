"""What counts as a word."""

import pytest

from datamaestro.query.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Café's 2 data_sets", ["the", "cafe", "s", "2", "data", "sets"]),
        ("com.lecun.mnist-v2", ["com", "lecun", "mnist", "v2"]),
        ("維基 ABC", ["維", "基", "abc"]),
        ("Straße ﬁne", ["strasse", "fine"]),
        ("\0\ud800 ++", []),
    ],
)
def test_a_text_has_words(text: str, expected: list[str]) -> None:
    """In small letters, without accents; each character where there are no blanks."""
    assert expected == words(text)
