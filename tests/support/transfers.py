"""A data set of one file, which a test's server has; and what became of it on disk."""

from __future__ import annotations

import gzip
import hashlib
import random
from functools import cache
from pathlib import Path

from attrs import field, frozen

from datamaestro.context import Context
from datamaestro.errors import DatamaestroError
from datamaestro.store.manifest import read_manifest
from datamaestro.testing.faults import FaultServer
from support.repositories import define

ID = "org.example.one"


def content(size: int, seed: int = 0) -> bytes:
    """Return bytes that cannot be compressed, the same each time."""
    return random.Random(seed).randbytes(size)


def digest(of: bytes) -> str:
    """Return a SHA-256, hexadecimal."""
    return hashlib.sha256(of).hexdigest()


@cache
def packed(result: bytes) -> bytes:
    """Return the ``.gz`` file of some bytes."""
    return gzip.compress(result, 1, mtime=0)


@frozen(eq=False)
class Kind:
    """How a file is published, and what its definition says of it.

    Args:
        result: what is to be on disk in the end.
        packed: whether it is published as a ``.gz`` file.
        declared: whether its digest is in the definition.
    """

    result: bytes
    packed: bool = False
    declared: bool = True
    published: bytes = field(init=False)

    @published.default
    def _published(self) -> bytes:
        return packed(self.result) if self.packed else self.result

    @property
    def path(self) -> str:
        """Where the server has it."""
        return "a.bin.gz" if self.packed else "a.bin"

    @property
    def arguments(self) -> str:
        """What the definition says of the file."""
        return f"sha256={digest(self.published)!r}" if self.declared else ""

    def __str__(self) -> str:
        words = ["small"] * (len(self.result) < 1 << 20) + ["gz" if self.packed else "plain"]
        return "-".join(words + ["sha256"] * self.declared)


def define_one(site: Path, url: str, arguments: str = "") -> None:
    """Define :data:`ID`, a file ``a.bin`` from a URL."""
    define(
        site,
        f"""
        @filedownloader("a.bin", {url!r}, {arguments})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )


def serve(site: Path, server: FaultServer, kind: Kind, arguments: str = "") -> None:
    """Define :data:`ID`, and let a server have its file."""
    server.files[kind.path] = kind.published
    define_one(site, server.url(kind.path), f"{kind.arguments}, {arguments}".strip(", "))


def prepare_here() -> int:
    """Prepare :data:`ID` in this process; return what would be the exit code of the command."""
    try:
        Context().prepare(ID)
    except DatamaestroError as error:
        return error.exit_code
    return 0


def published(store: Path) -> dict[str, str]:
    """Return the digest of each file in the data directory's ``data``, by name."""
    paths = [path for path in (store / "data").rglob("*") if path.is_file()]
    return {path.name: digest(path.read_bytes()) for path in paths}


def recorded(store: Path) -> list[str]:
    """Return the names of the resources that are on record."""
    return sorted(read_manifest(store / f"state/test/{ID}.json").entries)


def kept(store: Path) -> list[str]:
    """Return the digest of each file that is arriving, or was refused."""
    paths = [path for path in (store / "partial").rglob("*") if path.is_file()]
    return [digest(path.read_bytes()) for path in paths]
