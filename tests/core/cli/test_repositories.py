"""``datamaestro repositories``."""

from __future__ import annotations

from pathlib import Path

from support.command import datamaestro
from support.searching import IRIS, add_repository
from support.terminals import lines_on_terminal


def test_json_says_what_brings_each_and_what_else_there_is(site: Path, tmp_path: Path) -> None:
    """With how many data sets; of those that are not installed, how to install them."""
    add_repository(site, "flowers", com__acme=IRIS)
    rows = {
        row["name"]: row for row in datamaestro("repositories", "--json", cwd=tmp_path).document
    }
    assert {
        "name": "flowers",
        "description": "Data sets of flowers",
        "installed": True,
        "distribution": "acme-flowers",
        "version": "1.0",
        "data_sets": 1,
        "failure": "",
        "broken": [],
    } == rows["flowers"]
    assert ("datamaestro", True) == (rows["demo"]["distribution"], rows["demo"]["installed"])
    assert (False, "pip install datamaestro-ir") == (
        rows["ir"]["installed"],
        rows["ir"]["install"],
    )


def test_a_pipe_gets_a_plain_line_for_each_that_is_there(site: Path, tmp_path: Path) -> None:
    """As earlier versions printed it."""
    add_repository(site, "flowers", com__acme=IRIS)
    lines = datamaestro("repositories", cwd=tmp_path).out.splitlines()
    assert "flowers: Data sets of flowers" in lines
    assert not [line for line in lines if "pip install" in line]


def test_a_terminal_gets_tables(site: Path, tmp_path: Path) -> None:
    """Which fit it, and end with what is not installed."""
    add_repository(site, "flowers", com__acme=IRIS)
    shown = lines_on_terminal("repositories", cwd=tmp_path, columns=70)
    assert "flowers     1          acme-flowers 1.0   Data sets of flowers" in shown
    assert any(line.startswith("ir          pip install datamaestro-ir") for line in shown)
    assert max(map(len, shown)) <= 70


def test_an_unknown_id_hints_at_what_is_not_installed(tmp_path: Path) -> None:
    """By what its id begins with, or by its repository."""
    done = datamaestro("prepare", "gov.nist.trec.adhoc.1", cwd=tmp_path)
    assert (3, "") == (done.code, done.out)
    assert "pip install datamaestro-ir" in done.err
    done = datamaestro("prepare", "com.acme.any@text", cwd=tmp_path)
    assert "there is no repository text, but: demo, image; it may be" in done.err
    assert "pip install datamaestro-text" in done.err
