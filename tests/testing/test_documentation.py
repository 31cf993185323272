"""The examples of the package's docstring can be copied."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import textwrap
from importlib.resources import files
from pathlib import Path

import pytest

import datamaestro.testing


def examples() -> list[str]:
    """Return the indented blocks that follow ``::``."""
    text = inspect.cleandoc(datamaestro.testing.__doc__ or "")
    blocks = re.findall(r"::\n\n((?: {4}.*\n|\n)+)", text)
    return [textwrap.dedent(block) for block in blocks]


@pytest.mark.parametrize("example", examples())
def test_example_passes_as_it_stands(example: str, tmp_path: Path) -> None:
    """A module with nothing but the example is a test module that passes."""
    module = tmp_path / "test_example.py"
    module.write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(module)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "passed" in result.stdout, result.stdout + result.stderr
    assert 0 == result.returncode, result.stdout


def test_nothing_else_needs_pytest() -> None:
    """Nothing outside ``datamaestro.testing`` imports it, or pytest."""
    own = Path(datamaestro.testing.__file__).parent
    roots = [own.parent, *map(files, ("datamaestro_hookspecs", "datamaestro_plugins"))]
    importing = {
        path.parent
        for root in roots
        for path in Path(str(root)).rglob("*.py")
        if re.search(r"^\s*(from|import) (pytest|datamaestro\.testing)\b", path.read_text(), re.M)
    }
    assert importing == {own}
