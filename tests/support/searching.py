"""Repositories that are searched, and what a search imports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from support.distributions import install

REPOSITORY = """
import datamaestro

class Repository(datamaestro.Repository):
    DESCRIPTION = "Data sets of {name}"
    NAMESPACE = {name!r}
"""

IRIS = """
from datamaestro.data import File
from datamaestro.definitions import dataset, datatags

@datatags("plants")
@dataset(File, url="https://example.org")
def iris(): ...
"""

PROGRAM = """
import sys
from datamaestro.cli.group import cli
from datamaestro.cli.outcome import outcome
code = outcome(cli, sys.argv[2:])
open(sys.argv[1], "w").write("\\n".join(sys.modules))
sys.exit(code)
"""


def _is_for_tests(variable: str) -> bool:
    """Return whether a variable says where the tests find files; it would count as a setting."""
    return variable.startswith("DATAMAESTRO_TEST_")


def add_repository(site: Path, name: str, **modules: str) -> Path:
    """Install a repository of a name, in a package ``acme_<name>``; return its ``config``.

    Args:
        site: the folder; to be on the path.
        name: of the repository.
        modules: source by name below ``config``, with ``__`` for ``/``.
    """
    package = f"acme_{name}"
    files = {f"{package}/__init__.py": REPOSITORY.format(name=name)}
    files |= {f"{package}/config/{path.replace('__', '/')}.py": s for path, s in modules.items()}
    points = {"datamaestro.repositories": {name: f"{package}:Repository"}}
    install(site, package, files, points)
    return site / package / "config"


def record(site: Path, name: str) -> Path:
    """Let a repository of :func:`add_repository` be installed for good, as from a wheel."""
    path = site / f"acme_{name}-1.0.dist-info" / "RECORD"
    path.write_text("")
    return path


@frozen
class Search:
    """How a search ended, and what it imported."""

    out: str
    err: str
    modules: frozenset[str]

    def imported(self, package: str) -> set[str]:
        """Return the modules of a package that were imported."""
        return {name for name in self.modules if f"{name}.".startswith(f"{package}.")}


def search(
    folder: Path, *terms: str, within: Iterable[str] = (), options: Iterable[str] = ()
) -> Search:
    """Search in a process of its own.

    Args:
        folder: in which it may write.
        terms: what is searched for.
        within: what runs it, such as ``sh -c``.
        options: that stand before the command.
    """
    told = folder / "modules"
    done = subprocess.run(
        [*within, sys.executable, "-c", PROGRAM, str(told), *options, "search", *terms],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not _is_for_tests(name)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return Search(done.stdout, done.stderr, frozenset(told.read_text().splitlines()))
