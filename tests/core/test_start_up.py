"""Start-up stays light: what each way in imports, and what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "requests", "tqdm", "cattrs", "pluggy", "attr", "logging", "importlib.metadata"}


def imported(code: str, cwd: Path) -> set[str]:
    """Return the modules that are loaded after some code in a new process."""
    program = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_importing_datamaestro_costs_nothing(tmp_path: Path) -> None:
    """``import datamaestro`` loads two modules of ours, and nobody else's."""
    before = imported("", tmp_path)
    after = imported("import datamaestro", tmp_path)
    assert {"datamaestro", "datamaestro.version"} == {
        name for name in after - before if name.split(".")[0] not in sys.stdlib_module_names
    }


@pytest.mark.parametrize("arguments", [["--help"], ["version"]])
def test_help_and_version_import_only_click(arguments: list[str], tmp_path: Path) -> None:
    """Neither plugins nor anything that they need is loaded."""
    code = (
        "from datamaestro.cli.group import cli\n"
        f"cli.main({arguments}, prog_name='datamaestro', standalone_mode=False)"
    )
    assert set() == imported(code, tmp_path) & HEAVY


@pytest.mark.parametrize("arguments", [["search"], ["info", "edu.uci.optdigits"], ["plugins"]])
def test_listing_imports_no_implementation(arguments: list[str], tmp_path: Path) -> None:
    """Listing costs no import of what does the work, nor of what that needs."""
    code = (
        "from datamaestro.cli.group import cli\n"
        f"cli.main({arguments}, prog_name='datamaestro', standalone_mode=False)"
    )
    loaded = imported(code, tmp_path)
    assert set() == loaded & {"numpy", "requests", "tqdm", "cattrs", "filelock"}
    assert "datamaestro_plugins.http.downloader" not in loaded


@pytest.mark.parametrize(
    "module",
    ["datamaestro.engine.plan", "datamaestro.engine.inputs", "datamaestro.store.manifest"],
)
def test_what_is_on_disk_is_told_by_little_code(module: str, tmp_path: Path) -> None:
    """Whoever only asks for that imports neither attrs nor what writes, downloads or logs."""
    loaded = imported(f"import {module}", tmp_path)
    assert set() == loaded & HEAVY
    assert set() == {name for name in loaded if name.startswith("datamaestro.store.re")}


@pytest.mark.parametrize(
    "line",
    ["", "pre", "prepare com.l", "prepare edu.uci.optdigits.", "search tag:i", "repositories --"],
)
def test_completion_loads_no_plugin(line: str, tmp_path: Path) -> None:
    """Nor anything else that a key press would have to wait for."""
    subprocess.run([sys.executable, "-m", "datamaestro", "search"], cwd=tmp_path, check=True)
    code = (
        "import os\n"
        f"os.environ['COMP_LINE'] = 'datamaestro {line}'\n"
        "from datamaestro.cli.completion.shells import answer\n"
        "from datamaestro.cli.group import cli\n"
        "answer(cli, '_DATAMAESTRO_COMPLETE', 'fish_complete')"
    )
    loaded = imported(code, tmp_path)
    assert set() == loaded & {*HEAVY, "datamaestro.plugins.registry", "datamaestro_plugins.image"}
    assert {"datamaestro_plugins"} >= {one for one in loaded if one.startswith("datamaestro_plug")}
