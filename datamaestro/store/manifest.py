"""The manifest: what is on disk, per resource; and its sidecar, per file.

The manifest is small and read by every ``prepare``; the sidecar is read only where each file is
looked at. Both are replaced whole, by a rename.
"""

from __future__ import annotations

import json
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.messages import warn
from datamaestro_hookspecs.places import NOWHERE, WHOLE, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT = 1

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The digest of a folder in which there is no file: the SHA-256 of nothing."""


class Input(NamedTuple):
    """What a resource was made from.

    Args:
        recipe: digest of how that was made.
        sha256: of it.
    """

    recipe: str
    sha256: str


class Entry(NamedTuple):
    """One resource on disk.

    Args:
        path: below the data set's folder; :data:`NOWHERE` of what has no file here.
        recipe: digest of how it is made; when it differs, the resource is made again.
        url: where its bytes came from; empty for derived resources.
        validator: of the source's content, where the server gave one.
        sha256: of the file as it was published by its source.
        folder: whether it is a folder.
        link: where it leads, where it is a symbolic link.
        result: SHA-256 of what is on disk; of a folder, that of its tree.
        inputs: what it was made from, by the name of the resource.
    """

    path: str
    recipe: str
    url: str = ""
    validator: str = ""
    sha256: str = ""
    folder: bool = False
    link: str = ""
    result: str = ""
    inputs: Mapping[str, Input] = MappingProxyType({})

    def check(self) -> None:
        """Make sure that it can be one; records may be damaged.

        Raises:
            ValueError: it cannot.
            TypeError: likewise.
        """
        texts = (self.path, self.recipe, self.url, self.validator, self.sha256, self.link)
        inputs = (text for one in self.inputs.values() for text in one)
        _check_texts(*texts, self.result, *inputs)
        if not isinstance(self.folder, bool):
            raise TypeError("whether it is a folder is not said")
        own = self.path == NOWHERE or (self.folder and self.path == WHOLE)
        _check_path(self.path, own=own)

    def as_facts(self) -> dict[str, Any]:
        """Return it as JSON can say it."""
        inputs = {name: one._asdict() for name, one in self.inputs.items()}
        return self._asdict() | {"inputs": inputs}


class FileFacts(NamedTuple):
    """One file or symbolic link on disk.

    Args:
        path: below the data set's folder.
        size: in bytes.
        mtime_ns: modification time in nanoseconds.
        sha256: hexadecimal; empty of a link.
        link: where a link leads; empty of a file.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    link: str = ""

    def check(self) -> None:
        """Make sure that it can be one; records may be damaged.

        Raises:
            ValueError: it cannot.
            TypeError: likewise.
        """
        _check_texts(self.path, self.sha256, self.link)
        if not all(isinstance(number, int) for number in (self.size, self.mtime_ns)):
            raise TypeError("a number is none")
        _check_path(self.path)


class Manifest(NamedTuple):
    """The resources of one data set that are on disk, by name."""

    entries: Mapping[str, Entry] = MappingProxyType({})


def is_there(folder: Path, entry: Entry) -> bool:
    """Return whether what is recorded is at its place; of a folder, whether anything is.

    Args:
        folder: of the data set.
        entry: its record.
    """
    if entry.path == NOWHERE:
        return True
    place = folder / entry.path
    if entry.link:
        return place.exists()
    if not entry.folder:
        return place.is_file()
    if not place.is_dir():
        return False
    with os.scandir(place) as inside:
        return entry.result == EMPTY or next(inside, None) is not None


def read_manifest(path: Path) -> Manifest:
    """Return a manifest; an empty one where there is none or it cannot be understood."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}")
        resources: Mapping[str, Any] = document["resources"]
        return Manifest({name: _entry(**facts) for name, facts in resources.items()})
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        warn(f"{path} cannot be understood ({error}); its data are made again")
        return Manifest()


def _entry(*, inputs: Mapping[str, Any] = MappingProxyType({}), **facts: Any) -> Entry:
    """Return the entry that some facts make."""
    entry = Entry(**facts, inputs={name: Input(**one) for name, one in inputs.items()})
    entry.check()
    return entry


def write_manifest(path: Path, identity: str, manifest: Manifest) -> None:
    """Replace a manifest; it is on disk for good when this returns."""
    from datamaestro.store.replacing import replace

    entries = sorted(manifest.entries.items())
    document = {
        "format": FORMAT,
        "dataset": identity,
        "resources": {name: entry.as_facts() for name, entry in entries},
    }
    replace(path, json.dumps(document, indent=1) + "\n")


def read_sidecar(path: Path) -> dict[str, FileFacts]:
    """Return the facts of each file by its path; lines that cannot be understood are left out."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    facts: dict[str, FileFacts] = {}
    for line in filter(None, lines):
        try:
            fact = FileFacts(**json.loads(line))
            fact.check()
        except (ValueError, TypeError, RecursionError):
            warn(f"{path} has a line that cannot be understood")
        else:
            facts[fact.path] = fact
    return facts


def write_sidecar(path: Path, facts: Iterable[FileFacts]) -> None:
    """Replace a sidecar."""
    from datamaestro.store.replacing import replace

    ordered = sorted(facts, key=lambda fact: fact.path)
    replace(path, map(_line, ordered), lasting=False)


def _line(fact: FileFacts) -> str:
    """Return a line of the sidecar; there may be very many, so it has to be quick."""
    link = f', "link": {json.dumps(fact.link)}' if fact.link else ""
    return (
        f'{{"path": {json.dumps(fact.path)}, "size": {fact.size}, "mtime_ns": {fact.mtime_ns}, '
        f'"sha256": "{fact.sha256}"{link}}}\n'
    )


def _check_texts(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("a text is none")


def _check_path(path: str, *, own: bool = False) -> None:
    """Refuse a path that leads out of the data set's folder, unless it is one of our own words."""
    if not (own or is_inside(path)):
        raise ValueError(f"{path!r} is not a path below the data set's folder")
