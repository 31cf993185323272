"""Stamps of Python files."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.index.files import process_start, stamp, time_of

OLD = 10**18


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a package whose files are old."""
    folder = tmp_path / "acme"
    (folder / "config" / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "config/a.py", "config/data.csv", "config/__pycache__/a.py"):
        (folder / name).write_text("1")
        os.utime(folder / name, ns=(OLD, OLD))
    return folder


def _lengthen(folder: Path) -> None:
    (folder / "config/a.py").write_text("12")
    os.utime(folder / "config/a.py", ns=(OLD, OLD))


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda folder: (folder / "config/a.py").write_text("2"),
    "edited to another length at the same time": _lengthen,
    "replaced by an older one": lambda folder: os.utime(folder / "config/a.py", ns=(0, 0)),
    "added": lambda folder: (folder / "config/b.py").write_text(""),
    "removed": lambda folder: (folder / "config/a.py").unlink(),
    "renamed": lambda folder: (folder / "config/a.py").rename(folder / "config/b.py"),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_file_that_changes_makes_another_stamp(how: str, package: Path) -> None:
    """Whatever happens to it."""
    before = stamp(str(package))
    CHANGES[how](package)
    assert before != stamp(str(package))


@pytest.mark.parametrize("name", ["config/data.csv", "config/__pycache__/a.py", "new.csv"])
def test_other_files_do_not_count(name: str, package: Path) -> None:
    """What Python does not import, or makes itself."""
    before = stamp(str(package))
    (package / name).write_text("2")
    assert before == stamp(str(package))


def test_a_module_has_a_stamp_too(package: Path) -> None:
    """A file, instead of a folder."""
    assert OLD == stamp(str(package / "__init__.py")).newest


def test_a_circle_of_links_is_left(package: Path) -> None:
    """A link to a folder is not followed, as imports of definitions do not follow it."""
    (package / "config" / "again").symlink_to(package)
    assert stamp(str(package)).text.startswith("2 files")


def test_what_is_not_there_has_a_stamp(tmp_path: Path) -> None:
    """It says so."""
    assert 0 == stamp(str(tmp_path / "gone")).newest == time_of(str(tmp_path / "gone"))


def test_a_process_knows_when_it_started() -> None:
    """Between what was before it and what is after it."""
    code = "import time; from datamaestro.index.files import process_start as p; print(p())"
    before = time.time_ns()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    ticks = 20_000_000  # one, and the difference of two clocks
    assert before - ticks <= int(done.stdout) <= time.time_ns()
    assert process_start() < before
