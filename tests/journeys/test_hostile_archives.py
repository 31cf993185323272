"""Hostile archives: nothing outside, nothing half, and one line that says why."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from datamaestro.errors import ContentError
from datamaestro.testing.hostile import Hostile, hostile_tars, hostile_zips
from support.command import datamaestro
from support.hostile import check_hostile, prepare
from support.repositories import define
from support.transfers import ID

CASES = [*hostile_tars(), *hostile_zips()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_archive_does_no_harm(case: Hostile, outside: Path) -> None:
    """It is refused with nothing published, or what is published is what it should be."""
    check_hostile(case, outside)


def test_the_command_says_why_in_one_line(site: Path, tmp_path: Path) -> None:
    """Exit code 6; what, where and what it means; and the archive can be looked at."""
    case = next(each for each in CASES if each.name == "parent")
    case.write(tmp_path / "a.tar")
    define(
        site,
        f"""
        @tardownloader("data", {(tmp_path / "a.tar").as_uri()!r})
        @dataset(Folder)
        def one(data):
            return {{"path": data}}
        """,
    )
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (6, "") == (done.code, done.out)
    (line,) = done.lines
    assert "a.tar: member '../escaped' leads outside of the archive" in line
    assert "wrong/data" in line


def test_limits_hold_for_members(outside: Path) -> None:
    """A folder may have as many members as its definition says."""
    packed = outside / "a.tar.gz"
    case = next(each for each in CASES if each.name == "dots")
    case.write(packed)
    packed.write_bytes(gzip.compress(packed.read_bytes()))
    with pytest.raises(ContentError, match=r"more than 1 members.*max_members="):
        prepare(packed, outside / "store", max_members=1)
