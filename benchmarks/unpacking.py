"""Expanding and unpacking the same archive with datamaestro and with its peers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.contest import Contender
from benchmarks.transfer import Transfer
from benchmarks.versions import has_library
from datamaestro.testing.daemons import find

if TYPE_CHECKING:
    from benchmarks.installed import Bench
    from benchmarks.measure import Command
    from benchmarks.packing import Archive

LIBRARIES = {"isal": "isal", "zlib_ng": "zlib-ng"}
"""Modules that expand gzip, the fastest first, and the library of each; Python's zlib is last."""


@frozen
class Unpacking:
    """Runs that unpack an archive into a folder, or expand it into a file.

    Args:
        bench: where to and with what environment.
        archive: that is unpacked.

    """

    bench: Bench
    archive: Archive

    @property
    def url(self) -> str:
        """The URL of the archive."""
        (url,) = self.archive.published.urls.values()
        return url

    @property
    def file(self) -> str:
        """The file that a compressed one expands to."""
        return str(self.bench.data / self.archive.path.stem)

    def datamaestro(self, budget: str) -> list[Contender]:
        """Return ``datamaestro prepare``; of what gzip has compressed, with each library."""
        if self.archive.path.suffix != ".gz":
            return [self._prepare(self.bench, "", budget)]
        there = [module for module, name in LIBRARIES.items() if has_library(name)]
        contenders = []
        for number, module in enumerate([*there, "zlib"]):
            bench = self.bench.without(there[:number])
            with_library = f", {LIBRARIES.get(module, module)}"
            contenders.append(self._prepare(bench, with_library, "" if number else budget))
        return contenders

    def _prepare(self, bench: Bench, what: str, budget: str) -> Contender:
        command = bench.datamaestro("prepare", self.archive.published.dataset)
        name = f"`datamaestro prepare`{what}"
        return Contender(name, self._transfer(command), budget, checks=True)

    def program(
        self, name: str, script: str, needs: str = "", *, library: str = "", checks: bool = False
    ) -> list[Contender]:
        """Return what a shell runs, if the program or the library is there that it needs.

        Args:
            name: as the table has it.
            script: run in the folder that is to be filled, with the variables ``archive`` (its
                path), ``url``, ``sha256`` and ``name`` of it, ``file`` (to be made), ``python``.
            needs: a program.
            library: of Python.
            checks: whether it checks SHA-256.

        """
        if (needs and find(needs) is None) or (library and not has_library(library)):
            return []
        (published,) = self.archive.published.files
        known = {
            "archive": str(self.archive.path),
            "url": self.url,
            "sha256": published.sha256,
            "name": published.name,
            "file": self.file,
            "into": str(self.bench.data),
            "python": sys.executable,
        }
        values = [f"{variable}={value}" for variable, value in known.items()]
        command = self.bench.command("env", *values, "sh", "-e", "-c", f'cd "$into"; {script}')
        return [Contender(name, self._transfer(command), checks=checks)]

    def python(
        self, name: str, way: str, *, library: str = "", checks: bool = False
    ) -> list[Contender]:
        """Return what Python or a library does, in a process of its own, if that is there.

        Args:
            name: as the table has it.
            way: of those that ``expanders.py`` knows.
            library: that it needs.
            checks: whether it checks SHA-256; then it downloads, too.

        """
        if library and not has_library(library):
            return []
        (published,) = self.archive.published.files
        program = str(Path(__file__).with_name("expanders.py"))
        source = self.url if checks else str(self.archive.path)
        into = self.file if self.archive.path.name.endswith(".txt.gz") else str(self.bench.data)
        told = [way, source, published.sha256, into]
        command = self.bench.command(sys.executable, "-P", program, *told)
        return [Contender(name, self._transfer(command), checks=checks)]

    def _transfer(self, command: Command) -> Transfer:
        return Transfer(command, self.bench.data, self.archive)
