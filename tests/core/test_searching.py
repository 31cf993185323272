"""Searching from Python."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import datamaestro
from datamaestro.context import Context
from datamaestro.errors import UsageError
from datamaestro.index.database import index_path
from support.searching import IRIS, add_repository

PROGRAM = """
import json, sys
import datamaestro
found = datamaestro.search(sys.argv[1])
print(json.dumps([[one.identity for one in found], sorted(sys.modules)]))
"""


def test_it_finds_what_the_command_finds(site: Path) -> None:
    """As records; the index is compiled first, or read anew where it is damaged."""
    add_repository(site, "flowers", com__acme=IRIS)
    for _ in range(2):
        (found,) = datamaestro.search("repo:flowers tag:plants")
        assert ("com.acme.iris@flowers", "File", ("plants",)) == (
            found.identity,
            found.type,
            found.tags,
        )
        index_path().write_bytes(b"")


def test_it_is_cut_and_sorted(site: Path) -> None:
    """The first of what is found, in the order that is asked for."""
    source = f"{IRIS}\n@dataset(File)\ndef aster(): ...\n"
    add_repository(site, "flowers", com__acme=source)
    found = [one.id for one in datamaestro.search("repo:flowers", limit=1, sort="id")]
    assert ["com.acme.aster"] == found
    assert [] == datamaestro.search(limit=0)


@pytest.mark.parametrize(
    ("query", "options", "expected"),
    [
        ("tags:x", {}, "there is no field tags"),
        ("", {"sort": "age"}, "sort 'age' is none of relevance, id"),
        ("", {"limit": -1}, "limit -1 is less than 0"),
    ],
)
def test_what_makes_no_sense_is_refused(
    query: str, options: dict[str, object], expected: str
) -> None:
    """As a usage error."""
    with pytest.raises(UsageError, match=expected):
        datamaestro.search(query, **options)  # type: ignore[arg-type]


def test_a_catalogue_is_iterated_over(site: Path) -> None:
    """By repository and id."""
    add_repository(site, "flowers", com__acme=IRIS)
    entries = list(Context().catalogue)
    assert "com.acme.iris@flowers" in [one.identity for one in entries]
    assert sorted((one.repository, one.id) for one in entries) == [
        (one.repository, one.id) for one in entries
    ]


def test_no_definition_is_imported_where_nothing_has_changed(site: Path, tmp_path: Path) -> None:
    """Nor plugins."""
    add_repository(site, "flowers", com__acme=IRIS)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "iris"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        found, modules = json.loads(done.stdout)
        assert ["com.acme.iris@flowers"] == found
    heavy = {"attr", "pluggy", "acme_flowers", "datamaestro.context", "datamaestro.plugins.manager"}
    assert set() == heavy & set(modules)
