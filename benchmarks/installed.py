"""A datamaestro that is installed beside a Python, and where a benchmark lets it write."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from benchmarks.measure import Command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLACES = {
    "DATAMAESTRO_DIR": "data",
    "PYTHONPYCACHEPREFIX": "compiled",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
}
"""Variables that say where something is written, and its folder below that of the run."""


@frozen
class Bench:
    """The datamaestro that is installed beside a Python, with a data directory of its own.

    Args:
        folder: empty at first; what datamaestro writes goes below it.
        variables: of the environment, for what is run.
        scripts: the folder that has Python and the programs of what is installed; this Python's.

    """

    folder: Path
    variables: Mapping[str, str] = field(factory=dict)
    scripts: Path = field(factory=lambda: Path(sysconfig.get_path("scripts")))

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / PLACES["DATAMAESTRO_DIR"]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of this process, without what the user has set for what is measured.

        Compiled modules have a folder of their own: then they are there in every round, also where
        Python is told not to write any, and the source tree of an editable install stays as it is.
        """
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATAMAESTRO_", "HF_", "PYTHON", "XDG_"))
            and not name.lower().endswith("_proxy")
        }
        places = {name: str(self.folder / place) for name, place in PLACES.items()}
        return others | places | dict(self.variables)

    def without(self, libraries: Iterable[str]) -> Bench:
        """Return the same, where some libraries are as if they were not installed.

        Before the installed ones stand modules of their names, which cannot be imported.
        """
        path = self.variables.get("PYTHONPATH", "")
        for name in libraries:
            module = self.folder / f"without-{name}" / f"{name}.py"
            module.parent.mkdir(exist_ok=True)
            module.write_text('raise ImportError("hidden by a benchmark")\n')
            path = f"{module.parent}{os.pathsep}{path}"
        return evolve(self, variables={**self.variables, "PYTHONPATH": path})

    @property
    def cache(self) -> Path:
        """The user's cache directory."""
        return self.folder / PLACES["XDG_CACHE_HOME"]

    def python(self, *arguments: str) -> Command:
        """Return a run of the Python that it is installed beside."""
        return self.command(str(self.scripts / "python"), *arguments)

    def command(self, *arguments: str) -> Command:
        """Return a command that does not see the source tree, since it runs elsewhere."""
        return Command(arguments, self.folder, self.environment)

    def datamaestro(self, *arguments: str) -> Command:
        """Return a run of the program that ``pip install`` made.

        Raises:
            SystemExit: it is not installed.

        """
        program = self.scripts / "datamaestro"
        if not program.exists():
            raise SystemExit(f"no {program}: install datamaestro there first")
        return self.command(str(program), *arguments)


def environment(folder: Path, *requirements: str) -> Bench:
    """Install packages into an environment of their own, and return the datamaestro there."""
    folder.mkdir(parents=True)
    venv.create(folder / "venv", with_pip=True)
    bench = Bench(folder, scripts=folder / "venv" / "bin")
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "-q")
    subprocess.run([bench.scripts / "python", *pip, *requirements], check=True)
    return bench
