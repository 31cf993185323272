"""A data set on a computer on which nothing is installed of the package that defines it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datamaestro.plugins.registry import forget_plugins
from support.inside import inside

ID = "edu.uci.optdigits"


def test_commands_work_without_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown, listed, verified and prepared, without network, as where it comes from."""
    here, there = str(tmp_path / "store"), str(tmp_path / "there")
    before = inside("prepare", ID)
    shown = inside("info", "--json", ID).document[0]
    assert 0 == inside("push", ID, there).code
    monkeypatch.setenv("DATAMAESTRO_DIR", there)
    monkeypatch.setenv("DATAMAESTRO_OFFLINE", "1")
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-demo")
    forget_plugins()
    after = inside("prepare", ID)
    assert before.out.replace(here, there) == after.out
    part = inside("prepare", f"{ID}.images").document
    assert json.loads(after.out)["images"] == part
    for name in ("name", "license", "description", "tags", "tasks", "types", "identity"):
        assert shown[name] == inside("info", "--json", ID).document[0][name]
    (listed,) = inside("list", "--json").document["datasets"]
    assert "complete" == listed["state"]
    assert (0, 0) == (inside("verify", ID).code, inside("cite", ID).code)
    assert "demo" not in inside("repositories").out
    (found,) = inside("search", "--json", "optdigits", "repo:demo", "is:downloaded").document
    assert (ID, True) == (found["id"], found["described"])
    assert f"did you mean {ID}?" in inside("info", f"{ID[:-1]}z").err
