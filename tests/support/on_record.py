"""Data sets on disk and on record, without a definition."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from datamaestro.house.verifying.readers import Readers
from datamaestro.house.verifying.states import Verified
from datamaestro.house.verifying.verification import Verification
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.layout import Store
from datamaestro.store.manifest import Entry, FileFacts, Manifest, manifest_text, write_sidecar
from datamaestro.store.replacing import replace
from datamaestro.store.trees import link_digest, read_tree, tree_digest
from datamaestro_hookspecs.places import WHOLE

FILES = {"a.txt": b"some words", "b/c.txt": b"", "b/d/e.txt": b"others" * 1000}


def write_manifest(path: Path, identity: str, manifest: Manifest) -> None:
    """Write the manifest of a data set."""
    replace(path, manifest_text(identity, manifest))


def put(folder: Path, files: Mapping[str, bytes | str]) -> None:
    """Write files into a folder; a text is where a link leads."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            place.symlink_to(content)
        else:
            place.write_bytes(content)


def hold(
    root: Path, dataset_id: str, files: Mapping[str, bytes | str], *, whole: bool = False
) -> Holding:
    """Put a data set on disk and on record: each file or folder at its top is a resource.

    Args:
        root: the data directory.
        dataset_id: of the repository ``test``.
        files: content by path; a text is where a link leads.
        whole: whether all is one resource.
    """
    holding = Holding(Store(root), dataset_id, "test")
    put(holding.folder, files)
    there = read_tree(holding.folder) if files else ()
    found = {fact.path: fact for fact in there if fact.path in files}
    tops = sorted({path.split("/")[0] for path in files})
    entries = {"all": _folder(WHOLE, found)} if whole else {}
    for top in [] if whole else tops:
        fact = found.get(top)
        if fact is None:
            entries[top] = _folder(top, found)
        else:
            result = link_digest(fact.link) if fact.link else fact.sha256
            entries[top] = Entry(top, recipe(top), link=fact.link, result=result)
    write_sidecar(holding.store.sidecar(holding), found.values())
    write_manifest(holding.store.manifest(holding), holding.identity, Manifest(entries))
    return holding


def _folder(path: str, found: Mapping[str, FileFacts]) -> Entry:
    start = "" if path == WHOLE else f"{path}/"
    below = [
        fact._replace(path=name.removeprefix(start))
        for name, fact in found.items()
        if name.startswith(start)
    ]
    return Entry(path, recipe(path), folder=True, result=tree_digest(below))


def recipe(path: str) -> str:
    """Return a digest that may stand for how something is made."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def verify(root: Path, *, quick: bool = False) -> list[Verified]:
    """Verify all data sets of a data directory."""
    with Readers(2) as readers:
        return list(Verification(readers, quick=quick).verify(holdings(Store(root))))


def states(root: Path, *, quick: bool = False) -> dict[str, str]:
    """Return the states of the files of the only data set that are not right."""
    (one,) = verify(root, quick=quick)
    return {path: str(file.state) for path, file in one.files.items() if not file.facts}
