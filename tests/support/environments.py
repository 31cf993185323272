"""A virtual environment of a test's own, in which an author's package is installed as usual."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from attrs import frozen

import datamaestro
import datamaestro_hookspecs
import datamaestro_plugins
from support.command import Outcome

OURS = (datamaestro, datamaestro_hookspecs, datamaestro_plugins)

OFFLINE = "No matching distribution found for hatchling"
"""What pip says where it cannot get the package that builds packages."""


@frozen
class Environment:
    """A virtual environment; it sees what this one has, too, so that nothing is fetched again."""

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin/python")

    def run(self, *words: str, cwd: Path) -> Outcome:
        """Run a Python module in it."""
        done = subprocess.run(
            [self.python, "-m", *words],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def install(self, *arguments: str, cwd: Path) -> None:
        """Install a package; the test is skipped where pip cannot get what builds it."""
        done = self.run("pip", "install", "--quiet", "--no-deps", *arguments, cwd=cwd)
        if OFFLINE in done.err:
            pytest.skip("pip cannot reach an index, and hatchling is needed to build a package")
        assert 0 == done.code, done.err


def make_environment(folder: Path) -> Environment:
    """Make one, with pip."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    new = Environment(folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=paths))
    seen = [str(Path(str(module.__file__)).parents[1]) for module in OURS]
    seen += [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    (site / "seen.pth").write_text(os.linesep.join(dict.fromkeys(seen)) + os.linesep)
    return new
