"""Tables for a person."""

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as some

from datamaestro.cli.result import Result
from datamaestro.cli.table import columns, exact, harmless, table, terminal_width

HEAD = ("id", "type", "about")
ROW = ("com.lecun.mnist", "ImageClassification", "Handwritten digits of all sorts")


@pytest.fixture(autouse=True)
def without_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no line be bold, and no variable say how wide it is."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("COLUMNS", raising=False)


def test_what_fits_stands_in_columns() -> None:
    """Each as wide as its widest cell, two blanks apart, without blanks at the end."""
    assert [
        "id               type                 about",
        "com.lecun.mnist  ImageClassification  Handwritten digits of all sorts",
        "x                y",
    ] == list(table(HEAD, [ROW, ("x", "y", "")], 80))


def test_wide_columns_are_cut_from_the_right() -> None:
    """The last says most words, and matters least."""
    assert [
        "id               type                 about",
        "com.lecun.mnist  ImageClassification  Handwri…",
    ] == list(table(HEAD, [ROW], 46))
    assert ["id               type      about", "com.lecun.mnist  ImageCl…  Handwri…"] == list(
        table(HEAD, [ROW], 35)
    )


def test_columns_are_left_out_before_the_first_is_cut() -> None:
    """So that what a row is about can be read, and typed."""
    assert ["id               type", "com.lecun.mnist  ImageClassif…"] == list(
        table(HEAD, [ROW], 30)
    )
    assert ["id          type", "com.lecun…  ImageCl…"] == list(table(HEAD, [ROW], 20))


def test_the_head_is_bold_unless_no_colors_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty ``NO_COLOR`` counts as none, as its specification says."""
    monkeypatch.setenv("NO_COLOR", "")
    assert ["\x1b[1mid  of\x1b[0m", "a   b"] == list(table(("id", "of"), [("a", "b")], 80))


def test_no_rows_are_a_head_alone() -> None:
    """There is nothing to be wide."""
    assert ["id  type  about"] == list(table(HEAD, [], 80))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\nlines\t and  blanks ", "two lines and blanks"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\ud800", r"\ud800"),
        ("データ é 👩\u200d🔬", "データ é 👩\u200d🔬"),
    ],
)
def test_what_would_move_the_cursor_is_shown_as_it_is_written(text: str, expected: str) -> None:
    """Cells are strangers' texts."""
    assert expected == harmless(text)
    assert expected.encode() == harmless(text).encode()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a  b.txt ", "a  b.txt "),
        ("new\nline  x\t\r", r"new\nline  x\t\r"),
        (r"new\nline", r"new\\nline"),
        ("\x1b]0;\x85\u202e", r"\x1b]0;\xc2\x85\xe2\x80\xae"),
        ("\udcff\ud800", r"\xff\xed\xa0\x80"),
        ("データ é 👩\u200d🔬", "データ é 👩\u200d🔬"),
    ],
)
def test_paths_are_told_exactly(path: str, expected: str) -> None:
    """In one line, and with all blanks; on a terminal, too."""
    assert expected == exact(path)
    assert [expected.rstrip()] == list(table(("P",), [(path,)], 80, {"P"}))[1:]


@given(some.text(some.characters(exclude_categories=["Cs"])))
def test_a_path_can_be_told_from_what_is_shown(path: str) -> None:
    """By whoever takes the escapes for what they stand for."""
    shown = exact(path).encode()
    assert b"\n" not in shown
    assert path.encode() == ESCAPE.sub(lambda one: meant(one[1]), shown)


ESCAPE = re.compile(rb"\\(x..|.)")


def meant(escape: bytes) -> bytes:
    known = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"\\": b"\\"}
    return known.get(escape) or bytes.fromhex(escape[1:].decode())


def test_wide_characters_take_two_columns() -> None:
    """And those that stand above others none."""
    assert [6, 1, 2] == [columns("データ"), columns("e\u0301"), columns("👩")]
    assert ["デ…", "ab"] == list(table(["データ"], [["ab"]], 4))


ROWS = some.lists(some.tuples(*[some.text()] * 3), max_size=5)


@given(ROWS, some.integers(1))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, ...]], width: int) -> None:
    """Whatever stands in the cells."""
    lines = list(table(HEAD, rows, width))
    assert 1 + len(rows) == len(lines)
    assert [] == [line for line in lines if columns(line) > width]
    assert [] == [line for line in lines if harmless(line).split() != line.split()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return a terminal to which the result goes."""
    far, near = pty.openpty()
    with closing(os.fdopen(far)), closing(os.fdopen(near)):
        monkeypatch.setattr(Result, "descriptor", near)
        yield near


@pytest.mark.parametrize(
    ("size", "wanted", "expected"), [(60, "", 60), (0, "", 80), (60, "200", 200), (60, "many", 60)]
)
def test_a_terminal_says_how_wide_it_is(
    size: int, wanted: str, expected: int, terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless the user does; one that does not know is as wide as most."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, size, 0, 0))
    monkeypatch.setenv("COLUMNS", wanted)
    assert expected == terminal_width()


def test_a_pipe_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then commands print plain lines, whatever stderr is."""
    with closing(os.fdopen(os.open(os.devnull, os.O_RDONLY))) as file:
        monkeypatch.setattr(Result, "descriptor", file.fileno())
        assert terminal_width() is None
