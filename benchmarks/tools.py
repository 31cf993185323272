"""Downloading the same files with datamaestro and with its peers: one command each."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from benchmarks.server import find

if TYPE_CHECKING:
    from benchmarks.installed import Bench
    from benchmarks.measure import Command, Cost
    from benchmarks.published import Published

PROGRAMS = {"nginx": "nginx-light", "curl": "curl", "aria2c": "aria2"}
"""Programs that a run needs, and the Debian package of each."""

LIBRARIES = {"pooch": "pooch", "http_get": "huggingface_hub"}
"""Functions that are peers, and the library of each."""

THREADS = 8
"""In which Python's peers download many files."""

PARALLEL = 16
"""Connections, or files at a time, of all others."""


def installed(peer: str) -> bool:
    """Return whether a peer's library is there."""
    return importlib.util.find_spec(LIBRARIES[peer]) is not None


def versions() -> str:
    """Return one line that says which programs and libraries are compared."""
    told = [_version_of(program) for program in PROGRAMS]
    for peer, name in LIBRARIES.items():
        version = importlib.metadata.version(name) if installed(peer) else "not installed"
        told.append(f"{name} {version}")
    return ", ".join(told)


def _version_of(program: str) -> str:
    """Return a program's name and version, which is the first number that it tells."""
    option = "-v" if program == "nginx" else "--version"
    done = subprocess.run(
        [str(find(program)), option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    version = re.search(r"\d+(\.\d+)+", done.stdout)
    return f"{program} {version[0] if version else 'of no known version'}"


@frozen
class Transfer:
    """A download into a folder that is empty at first, on a file system that is at rest.

    Args:
        command: what downloads.
        into: the folder; removed after the run, so that no run writes another's bytes to disk.
        published: what has to be there in the end.

    """

    command: Command
    into: Path
    published: Published

    def __call__(self) -> Cost:
        """Run it.

        Raises:
            SystemExit: it failed, or not all files are there.

        """
        shutil.rmtree(self.into, ignore_errors=True)
        self.into.mkdir()
        os.sync()
        cost = self.command()
        found = {path.name: path.stat().st_size for path in self.into.rglob("*") if path.is_file()}
        missing = [file for file in self.published.files if found.get(file.name) != file.size]
        shutil.rmtree(self.into)
        if missing:
            raise SystemExit(f"{self.command} did not bring {missing[0].name} as it is")
        return cost


@frozen
class Tools:
    """Downloads of what is published.

    Args:
        bench: where to and with what environment.
        published: what is downloaded.

    """

    bench: Bench
    published: Published

    @property
    def threads(self) -> int:
        """In how many threads Python's peers download."""
        return min(THREADS, len(self.published.files))

    def datamaestro(self, **settings: str) -> Transfer:
        """Return ``datamaestro prepare``, which checks and records SHA-256.

        Args:
            settings: variables of the environment, where they are not to be as usual.

        """
        bench = evolve(self.bench, variables={**self.bench.variables, **settings})
        return self._transfer(bench.datamaestro("prepare", self.published.dataset))

    def curl(self) -> Transfer:
        """Return curl with one file."""
        ((name, url),) = self.published.urls.items()
        return self._program("curl", "-q", "-sSf", "-o", str(self.bench.data / name), url)

    def curl_parallel(self) -> Transfer:
        """Return curl with many files at a time."""
        lines = [
            f'url = "{url}"\noutput = "{self.bench.data / name}"'
            for name, url in self.published.urls.items()
        ]
        listed = self._list("curl", "\n".join(lines))
        options = ["--parallel", "--parallel-max", str(PARALLEL), "-K", listed]
        return self._program("curl", "-q", "-sSf", *options)

    def aria2c(self, *options: str) -> Transfer:
        """Return aria2c with one file in many connections."""
        ((name, url),) = self.published.urls.items()
        connections = [f"-x{PARALLEL}", f"-s{PARALLEL}", *options]
        into = ["-d", str(self.bench.data), "-o", name]
        return self._program("aria2c", "--no-conf", "-q", *connections, *into, url)

    def aria2c_list(self) -> Transfer:
        """Return aria2c with many files at a time."""
        lines = [f"{url}\n  out={name}" for name, url in self.published.urls.items()]
        listed = self._list("aria2c", "\n".join(lines))
        options = [f"-j{PARALLEL}", "-d", str(self.bench.data), "-i", listed]
        return self._program("aria2c", "--no-conf", "-q", *options)

    def peer(self, name: str) -> Transfer:
        """Return a peer in Python, in a process of its own; one thread for one file."""
        urls = self.published.urls
        files = [(urls[file.name], file.name, file.sha256) for file in self.published.files]
        listed = self._list(name, json.dumps(files))
        program = str(Path(__file__).with_name("peers.py"))
        told = [name, listed, str(self.bench.data), str(self.threads)]
        return self._program(sys.executable, "-P", program, *told)

    def _program(self, *arguments: str) -> Transfer:
        return self._transfer(self.bench.command(*arguments))

    def _transfer(self, command: Command) -> Transfer:
        return Transfer(command, self.bench.data, self.published)

    def _list(self, name: str, text: str) -> str:
        path = self.bench.folder / f"{self.published.dataset}.{name}"
        path.write_text(text)
        return str(path)
