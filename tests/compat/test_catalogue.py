"""The catalogue with existing packages: what works of them is listed, and the rest reported."""

import json
from pathlib import Path

import pytest

from support.command import datamaestro
from support.searching import search

for _package in ("datamaestro_ir", "datamaestro_ml", "datamaestro_text"):
    pytest.importorskip(_package, reason="the packages of earlier versions are not installed")

REPOSITORIES = {"image", "ir", "irds", "ml", "text"}


def test_all_repositories_are_listed(tmp_path: Path) -> None:
    """Also before anything has been compiled."""
    for _ in ("compiled", "read"):
        found = datamaestro("repositories", "--json", cwd=tmp_path)
        assert {one["name"] for one in found.document} >= REPOSITORIES
        assert (0, False) == (found.code, "Traceback" in found.err)
        search(tmp_path)


def test_what_cannot_be_imported_is_reported(tmp_path: Path) -> None:
    """In a line for each module, in the same words each time; no package is imported for it."""
    first, second = search(tmp_path, "--json"), search(tmp_path, "--json")
    assert (first.out, first.err) == (second.out, second.err)
    assert {one["repository"] for one in json.loads(second.out)} >= REPOSITORIES
    assert all(": cannot import " in line for line in second.err.splitlines())
    packages = {name.partition(".")[0] for name in second.modules}
    assert set() == packages & {"datamaestro_ir", "datamaestro_ml", "datamaestro_text"}


@pytest.mark.parametrize(
    "identity", ["com.lecun.mnist@image", "ai.lighton.beir_decontaminated.msmarco.documents@ir"]
)
def test_a_data_set_is_described(identity: str, tmp_path: Path) -> None:
    """With and without an index, in the same words."""
    first = datamaestro("info", identity, cwd=tmp_path)
    search(tmp_path)
    second = datamaestro("info", identity, cwd=tmp_path)
    assert (0, first.out) == (second.code, second.out)
    assert "Traceback" not in first.err + second.err
