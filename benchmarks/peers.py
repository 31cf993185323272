"""Download files with another Python library: a program of its own, as a user would write it.

``benchmarks.transfers`` runs this file by its path, with ``python -P``. It is told the library, a
JSON file with the URL, name and SHA-256 of each file, the folder to write to, and how many
threads.
"""

from __future__ import annotations

import importlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Fetch = Callable[[str, str, str], None]
    """What brings a file here, given its URL, name and SHA-256."""


def library(name: str) -> Any:
    """Import a peer, which is installed for a run only: type checkers need not know it."""
    return importlib.import_module(name)


def with_pooch(folder: Path) -> Fetch:
    """Return pooch's download, which checks the digest."""
    pooch = library("pooch")

    def fetch(url: str, name: str, sha256: str) -> None:
        pooch.retrieve(url, known_hash=f"sha256:{sha256}", fname=name, path=folder)

    return fetch


def with_http_get(folder: Path) -> Fetch:
    """Return huggingface_hub's download, which checks the size."""
    http_get = library("huggingface_hub.file_download").http_get

    def fetch(url: str, name: str, sha256: str) -> None:
        with (folder / name).open("wb") as file:
            http_get(url, file)

    return fetch


PEERS = {"pooch": with_pooch, "http_get": with_http_get}


def main() -> None:
    """Download all files, in as many threads as told."""
    peer, files, folder, threads = sys.argv[1:]
    fetch = PEERS[peer](Path(folder))
    with ThreadPoolExecutor(int(threads)) as pool:
        list(pool.map(lambda file: fetch(*file), json.loads(Path(files).read_text())))


if __name__ == "__main__":
    main()
