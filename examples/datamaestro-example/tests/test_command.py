"""The plugin at work, in the real command."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

ARRAY = np.arange(12, dtype="<i4").reshape(3, 4)


@pytest.fixture
def npy(tmp_path: Path) -> Path:
    """Return an NPY file."""
    path = tmp_path / "x.npy"
    np.save(path, ARRAY)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs ``datamaestro``, with a data directory and settings of the test's own."""
    kept = {name: value for name, value in os.environ.items() if "DATAMAESTRO" not in name}
    environment = kept | {"XDG_CONFIG_HOME": str(tmp_path / "config")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "datamaestro", "--data", str(tmp_path / "data")]
        return subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def prepared(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON document of a command that succeeded."""
    assert result.returncode == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_plugin_is_loaded(run: Run) -> None:
    """The installed plugin is found, and adds one of each."""
    rows = json.loads(run("plugins", "--json").stdout)
    (row,) = [row for row in rows if row["module"] == "datamaestro_example"]
    assert (row["state"], row["distribution"]) == ("loaded", "datamaestro-example 1.0.0")
    assert set(row["provides"]) == {
        "downloader data (data)",
        "transformer unzlib (.zz, .zlib)",
        "unpacker unar (.a, .ar, .deb)",
        "datatype npy (.npy, datamaestro_example.npy:NPY)",
        "resolver npy (npy)",
        "repository example",
    }


@pytest.mark.parametrize("form", ["url", "path", "compressed", "data-url"])
def test_array_is_prepared(run: Run, npy: Path, form: str) -> None:
    """An array at a URL, at a path, in a zlib stream or in the reference itself gets to disk."""
    packed = npy.with_name("x.npy.zz")
    packed.write_bytes(zlib.compress(npy.read_bytes()))
    reference = {
        "url": npy.as_uri(),
        "path": npy.name,
        "compressed": packed.as_uri(),
        "data-url": f"data:;base64,{base64.b64encode(npy.read_bytes()).decode()}",
    }[form]
    document = prepared(run("prepare", f"npy:{reference}"))
    assert document["id"].endswith("@npy")
    assert Path(document["path"]).is_relative_to(npy.parent / "data")
    np.testing.assert_array_equal(np.load(document["path"]), ARRAY)


def test_array_is_prepared_once(run: Run, npy: Path) -> None:
    """What is on disk is not fetched again: its source may be gone."""
    first = prepared(run("prepare", f"npy:{npy.as_uri()}"))
    npy.unlink()
    assert prepared(run("prepare", f"npy:{npy.as_uri()}")) == first


def test_other_content_is_refused(run: Run, npy: Path) -> None:
    """A file that is no NPY file is not published: exit code 6, one line, and no JSON."""
    npy.write_bytes(npy.read_bytes()[:-1])
    result = run("--quiet", "prepare", f"npy:{npy.as_uri()}")
    assert (result.returncode, result.stdout) == (6, "")
    assert result.stderr.count("\n") == 1
    assert "not a whole NPY file" in result.stderr


def test_unknown_file_is_named(run: Run) -> None:
    """A path where there is no file is no data set: exit code 3, and a line that names it."""
    result = run("prepare", "npy:nothing.npy")
    assert (result.returncode, result.stdout) == (3, "")
    assert "npy:nothing.npy" in result.stderr
