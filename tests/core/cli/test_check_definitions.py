"""``datamaestro check-definitions``."""

from __future__ import annotations

from pathlib import Path

from support.checking import FILE, GOOD
from support.inside import inside
from support.repositories import define

MISTAKES = GOOD.replace("'''A name", "'''").replace("And a description.", "") + GOOD.replace(
    "def good", "def worse"
).replace(FILE, f"{FILE}, transforms=['no-such']")


def test_a_line_for_each_mistake_and_a_sum_at_the_end(site: Path, tmp_path: Path) -> None:
    """The lines are sorted; the exit code says that there is an error."""
    define(site, MISTAKES)
    done = inside("check-definitions", "test", cwd=tmp_path)
    assert [
        "test: org.example.good: note: it has no description: the rest of the docstring "
        "(no-description)",
        "test: org.example.good: warning: it has no name: a docstring's first paragraph (no-name)",
        "test: org.example.worse: a: error: no plugin for the transformation no-such "
        "(see: datamaestro plugins) (transform-fails)",
    ] == done.out.splitlines()
    assert [
        "datamaestro: 2 data sets of 1 repository: 1 error, 1 warning, 1 note "
        "(see docs/checking.md for the rules)"
    ] == done.lines
    assert 10 == done.code


def test_warnings_alone_fail_only_where_they_are_to(site: Path, tmp_path: Path) -> None:
    """``--strict`` makes errors of them, and a rule that is ignored finds nothing."""
    define(site, GOOD.replace("size=1, ", ""))
    assert 0 == inside("check-definitions", "test", cwd=tmp_path).code
    strict = inside("check-definitions", "test", "--strict", cwd=tmp_path)
    assert (10, "test: org.example.good: a: error: it has no size= (no-size)\n") == (
        strict.code,
        strict.out,
    )
    ignoring = ("check-definitions", "test", "--strict", "--ignore", "no-size")
    assert (0, "") == ((done := inside(*ignoring, cwd=tmp_path)).code, done.out)


def test_only_what_is_grave_is_shown_where_asked_for(site: Path, tmp_path: Path) -> None:
    """The rest is counted all the same."""
    define(site, MISTAKES)
    done = inside("check-definitions", "test", "--level", "warning", cwd=tmp_path)
    assert ["no-name", "transform-fails"] == [
        line.rpartition("(")[2].strip(")") for line in done.out.splitlines()
    ]
    assert "1 error, 1 warning, 1 note" in done.err
    done = inside("check-definitions", "test", "--level", "error", "--json", cwd=tmp_path)
    assert ["transform-fails"] == [one["rule"] for one in done.document]


def test_json_is_an_array_of_objects(site: Path, tmp_path: Path) -> None:
    """One for each line; the error is JSON, too."""
    define(site, MISTAKES)
    done = inside("check-definitions", "test", "--json", cwd=tmp_path)
    assert {
        "repository": "test",
        "id": "org.example.worse",
        "resource": "a",
        "level": "error",
        "message": "no plugin for the transformation no-such (see: datamaestro plugins)",
        "rule": "transform-fails",
    } == done.document[-1]
    assert '{"error": {"code": 10, "message": "2 data sets of 1 repository: 1 error' in done.err


def test_what_a_definition_prints_is_no_finding(site: Path, tmp_path: Path) -> None:
    """And no terminal is told what to do by its texts."""
    define(site, "print('hello')\n" + GOOD.replace('"MIT"', r'"\x1b[2J"'))
    done = inside("check-definitions", "test", cwd=tmp_path)
    (line,) = done.out.splitlines()
    assert r"\x1b[2J" in line
    assert "hello" in done.err


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A repository or a rule that nobody knows, with what may be meant."""
    done = inside("check-definitions", "imag", cwd=tmp_path)
    assert (2, "datamaestro: there is no repository 'imag' (did you mean image?)\n") == (
        done.code,
        done.err,
    )
    done = inside("check-definitions", "--ignore", "no-digests", cwd=tmp_path)
    assert (2, "datamaestro: there is no rule 'no-digests' (did you mean no-digest?)\n") == (
        done.code,
        done.err,
    )


def test_all_that_is_built_in_passes(tmp_path: Path) -> None:
    """Also where warnings are errors."""
    done = inside("check-definitions", "--strict", cwd=tmp_path)
    assert 0 == done.code, done.out
    assert ["3 data sets of 2 repositories: 4 notes"] == done.lines
