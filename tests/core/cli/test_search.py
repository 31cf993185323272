"""``datamaestro search``."""

from pathlib import Path

from support.command import datamaestro
from support.terminals import lines_on_terminal


def test_a_terminal_shows_a_table_that_fits(tmp_path: Path) -> None:
    """The best first."""
    head, first, *_ = lines_on_terminal("search", "mnist", columns=120, cwd=tmp_path)
    assert ["ID", "REPOSITORY", "TYPE", "SIZE", "NAME"] == head.split()
    assert first.startswith("com.lecun.mnist")
    assert len(first) <= 120


def test_a_term_may_begin_with_a_minus_sign(tmp_path: Path) -> None:
    """An option that there is not is told all the same."""
    done = datamaestro("search", "-tag:digits", "--sort", "id", "--limit", "1", cwd=tmp_path)
    assert "[image] com.github.zalandoresearch.fashion_mnist (ImageClassification)\n" == done.out
    assert 2 == datamaestro("search", "--jsn", cwd=tmp_path).code


def test_quiet_is_quiet(tmp_path: Path) -> None:
    """That nothing is found is no error."""
    done = datamaestro("search", "nothing.such", cwd=tmp_path)
    assert ("", ["no data set matches"]) == (done.out, done.lines)
    done = datamaestro("--quiet", "search", "nothing.such", cwd=tmp_path)
    assert (0, "", "") == (done.code, done.out, done.err)
