"""Texts laid out for a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.cli.paragraphs import LEAST, MOST, paragraphs, wrapped
from datamaestro.cli.table import columns

TEXT = """One line and
the next.

- an item that is
  indented
- 2. another
1. one
  code"""


def test_lines_of_a_paragraph_are_joined() -> None:
    """Those of lists, and what is indented, stand for themselves."""
    assert [
        "One line and the next.",
        "",
        "- an item that is",
        "  indented",
        "- 2. another",
        "1. one",
        "  code",
    ] == list(paragraphs(TEXT, 60))


def test_without_a_terminal_lines_are_left_as_they_are() -> None:
    """And so they are where each counts."""
    assert TEXT.splitlines() == list(paragraphs(TEXT, None))
    assert TEXT.splitlines() == list(paragraphs(TEXT, 60, verbatim=True))
    long = "word " * 100
    assert [long.strip()] == list(paragraphs(long, None))


def test_lines_go_on_below_what_they_began_with() -> None:
    """A label, or the indent of the line."""
    assert ["Tags  one two three four", "      five"] == list(
        wrapped("one two three four five", 24, "Tags  ", "      ")
    )
    assert ["  some words of a long", "  line"] == list(
        paragraphs("  some words of a long line", 22)
    )


@given(st.text(max_size=300), st.integers(LEAST, 100))
def test_each_line_fits_and_no_character_is_lost(text: str, width: int) -> None:
    """Whatever it is, also words that are longer than a line, and wide characters."""
    lines = list(wrapped(text, width))
    assert max(map(columns, lines)) <= width
    joined = "".join(lines).replace(" ", "")
    assert "".join(next(wrapped(text, None)).split(" ")) == joined


@given(st.text(max_size=300), st.integers(2 * LEAST, 100))
def test_nothing_moves_the_cursor(text: str, width: int) -> None:
    """Not even in a text whose lines are kept."""
    for line in paragraphs(text, width):
        assert line.isprintable() or "\u200c" in line or "\u200d" in line


def test_lines_are_no_longer_than_can_be_read() -> None:
    """However wide the terminal is."""
    assert MOST >= max(map(columns, paragraphs("some words " * 100, 200))) > MOST - 11
