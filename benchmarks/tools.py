"""Downloading the same files with datamaestro and with its peers: one command each."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from benchmarks.asked import PARALLEL
from benchmarks.transfer import Transfer
from benchmarks.versions import has_library

if TYPE_CHECKING:
    from benchmarks.installed import Bench
    from benchmarks.measure import Command
    from benchmarks.published import Published

PROGRAMS = {"nginx": "nginx-light", "curl": "curl", "aria2c": "aria2"}
"""Programs that a run needs, and the Debian package of each."""

LIBRARIES = {"pooch": "pooch", "http_get": "huggingface_hub"}
"""Functions that are peers, and the library of each."""

THREADS = 8
"""In which Python's peers download many files."""


def installed(peer: str) -> bool:
    """Return whether a peer's library is there."""
    return has_library(LIBRARIES[peer])


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
