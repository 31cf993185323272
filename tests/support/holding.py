"""Data sets that a data directory has on record, made without a definition."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from pathlib import Path

from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry
from datamaestro.store.records import DatasetRecords
from datamaestro.store.soundness import result_of
from datamaestro.store.trees import read_tree, sha256_of
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.places import NOWHERE, WHOLE

Content = bytes | str | Mapping[str, bytes] | Mapping[str, bytes | str] | Mapping[str, str] | None
"""Of a file; where a link leads; what is in a folder, by path; of what has no file, None."""

_numbers = itertools.count()


def hold(root: Path, identity: str, **resources: Content) -> Holding:
    """Put resources into a data directory, and record them.

    Each is at a path of its name, but for ``WHOLE``, which is the data set's own folder.
    """
    dataset_id, _, repository = identity.rpartition("@")
    holding = Holding(Store(root), dataset_id, repository)
    scratch = root / f"partial/scratch-{next(_numbers)}"
    scratch.mkdir(parents=True)
    made = [_made(scratch / name, name, content) for name, content in resources.items()]
    DatasetRecords(holding.store, holding).publish(made, anew=True)
    scratch.rmdir()
    return holding


def _made(place: Path, name: str, content: Content) -> Made:
    recipe = hashlib.sha256(name.encode()).hexdigest()
    if content is None:
        return Made(name, Entry(NOWHERE, recipe), place)
    if isinstance(content, Mapping):
        place.mkdir()
        for path, inner in content.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            _write(place / path, inner)
        below = tuple(read_tree(place))
        path = WHOLE if name == "WHOLE" else name
        placed = [one._replace(path=f"{path}/{one.path}") for one in below]
        entry = Entry(path, recipe, folder=True)
        placed = list(below) if path == WHOLE else placed
        return Made(name, entry._replace(result=result_of(entry, placed)), place, below)
    _write(place, content)
    entry = Entry(name, recipe, link=content if isinstance(content, str) else "")
    digest = "" if entry.link else sha256_of(place)
    facts = FileFacts(name, 0, 0, digest, entry.link)
    return Made(name, entry._replace(result=result_of(entry, [facts])), place)


def _write(place: Path, content: bytes | str) -> None:
    if isinstance(content, str):
        place.symlink_to(content)
    else:
        place.write_bytes(content)


def seen(root: Path) -> dict[str, bytes | str]:
    """Return what users see below a data directory: each prepared file and link, by path."""
    data = root / "data"
    return {
        path.relative_to(data).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
