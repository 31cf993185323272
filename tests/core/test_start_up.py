"""Start-up stays light: what each way in imports, and what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.near import NEAR, install_near

HEAVY = {"numpy", "requests", "tqdm", "cattrs", "pluggy", "attr", "logging", "importlib.metadata"}


def imported(code: str, cwd: Path) -> set[str]:
    """Return the modules that are loaded after some code in a new process."""
    program = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


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


@pytest.mark.parametrize(
    "arguments", [["search"], ["list"], ["orphans"], ["info", "edu.uci.optdigits"], ["plugins"]]
)
def test_listing_imports_no_implementation(arguments: list[str], tmp_path: Path) -> None:
    """Listing costs no import of what does the work, nor of what that needs."""
    code = (
        "from datamaestro.cli.group import cli\n"
        f"cli.main({arguments}, prog_name='datamaestro', standalone_mode=False)"
    )
    loaded = imported(code, tmp_path)
    assert set() == loaded & {"numpy", "requests", "tqdm", "cattrs"}
    assert "datamaestro_plugins.http.downloader" not in loaded


def test_a_command_elsewhere_imports_no_implementation(site: Path, tmp_path: Path) -> None:
    """Nor anything that only the other computer needs, such as the index."""
    install_near(site, tmp_path / "far")
    code = (
        "from datamaestro.cli.group import cli\n"
        f"cli.main(['--host', '{NEAR}', 'version'], prog_name='datamaestro', standalone_mode=False)"
    )
    loaded = imported(code, tmp_path)
    assert set() == loaded & {"numpy", "requests", "tqdm", "cattrs", "sqlite3"}
    assert set() == loaded & {"datamaestro.context", "datamaestro.catalogue", "datamaestro.data"}


@pytest.mark.parametrize(
    "module",
    [
        *("datamaestro.engine.plan", "datamaestro.engine.inputs", "datamaestro.store.manifest"),
        "datamaestro.house.accounts",
    ],
)
def test_what_is_on_disk_is_told_by_little_code(module: str, tmp_path: Path) -> None:
    """Whoever only asks for that imports neither attrs nor what writes, downloads or logs."""
    loaded = imported(f"import {module}", tmp_path)
    assert set() == loaded & HEAVY
    assert set() == loaded & {"datamaestro.store.recorded", "datamaestro.store.replacing"}


def test_a_list_of_what_is_on_disk_needs_no_search(store: Path, tmp_path: Path) -> None:
    """Nor does Python look for garbage while it is made; what it had looked for before, it had."""
    store.mkdir()
    subprocess.run([sys.executable, "-m", "datamaestro", "search"], cwd=tmp_path, check=True)
    code = (
        "import gc, sys, click\n"
        "from datamaestro.cli import main\n"
        "before = gc.get_stats()\n"
        "sys.argv = ['datamaestro', 'list']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as left:\n"
        "    if left.code or before != gc.get_stats():\n"
        "        raise"
    )
    loaded = imported(code, tmp_path)
    assert not {one for one in loaded if one.startswith("datamaestro.query")}


LINES = (
    *("", "pre", "list com.l", "prepare com.l", "prepare edu.uci.optdigits."),
    *("search tag:i", "repositories --"),
)
"""What is typed when the shell asks how it may go on."""


def test_what_is_compiled_is_told_without_plugins(store: Path, tmp_path: Path) -> None:
    """Nor does a key press, or a command that only tells, wait for anything else."""
    store.mkdir()  # where there is none, that is logged
    subprocess.run([sys.executable, "-m", "datamaestro", "search"], cwd=tmp_path, check=True)
    completing = (
        "import os\n"
        "from datamaestro.cli.completion.shells import answer\n"
        "from datamaestro.cli.group import cli\n"
        f"for line in {LINES}:\n"
        "    os.environ['COMP_LINE'] = f'datamaestro {line}'\n"
        "    answer(cli, '_DATAMAESTRO_COMPLETE', 'fish_complete')"
    )
    telling = (
        "from datamaestro.cli.group import cli\n"
        "for arguments in (['search'], ['list'], ['info', 'edu.uci.optdigits']):\n"
        "    cli.main(arguments, prog_name='datamaestro', standalone_mode=False)"
    )
    unwanted = {*HEAVY, "datamaestro.plugins.registry", "datamaestro_plugins.image", "socket"}
    for code in (completing, telling):
        loaded = imported(code, tmp_path)
        assert set() == loaded & unwanted
        ours = {one for one in loaded if one.startswith("datamaestro_plug")}
        assert {"datamaestro_plugins"} >= ours
