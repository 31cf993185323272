"""The manifest: what is on disk, per resource; and its sidecar, per file.

The manifest is small and read by every ``prepare``; the sidecar is read only where each file is
looked at. Both are replaced whole, by a rename.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.messages import warn, warn_once
from datamaestro.store.regular import read_regular
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.places import NOWHERE, WHOLE, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = [
    "EMPTY",
    "FORMAT",
    "NOWHERE",
    "Entry",
    "FileFacts",
    "Input",
    "Manifest",
    "entries_of",
    "is_there",
    "manifest_text",
    "read_manifest",
    "read_sidecar",
    "understood",
    "understood_lines",
    "version_of",
    "write_sidecar",
]

FORMAT = 1

SEAL = "digest"
"""The last key of a manifest: the SHA-256 of all that stands before it. It may be left out."""

KEYS = {"format", "dataset", "resources", SEAL}

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""The digest of a folder in which there is no file: the SHA-256 of nothing."""

USUAL = re.compile(
    r'\{"path": "([ !#-\[\]-~]+)", "size": (0|[1-9][0-9]{,17}), '
    r'"mtime_ns": (0|[1-9][0-9]{,17}|[1-8][0-9]{18}), "sha256": "([0-9a-f]*)"\}'
).fullmatch
"""A line of a sidecar as most are: of a file whose name has nothing that has to be quoted."""


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
        if not all(isinstance(text, str) for text in (*texts, self.result, *inputs)):
            raise TypeError("a text is none")
        if not isinstance(self.folder, bool):
            raise TypeError("whether it is a folder is not said")
        own = self.path == NOWHERE or (self.folder and self.path == WHOLE)
        if not (own or is_inside(self.path)):
            raise ValueError(f"{self.path!r} is not a path below the data set's folder")

    def as_facts(self) -> dict[str, Any]:
        """Return it as JSON can say it."""
        inputs = {name: one._asdict() for name, one in self.inputs.items()}
        return self._asdict() | {"inputs": inputs}


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
        return understood(read_regular(path), path)
    except FileNotFoundError:
        return Manifest()
    except ValueError as error:
        warn_once(f"{path} cannot be understood ({error}); its data count as on no record")
        return Manifest()


def understood(content: bytes, path: Path) -> Manifest:
    """Return the manifest that a file's content says.

    Args:
        content: of the file.
        path: of it, which says whose it is: that of another data set may have come to be there.

    Raises:
        ValueError: it is damaged, of a later version, or another data set's.
    """
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}")
        if not KEYS.issuperset(document):
            raise ValueError(f"it says {min(document.keys() - KEYS)!r}")
        if SEAL in document and not _is_sealed(content, document[SEAL]):
            raise ValueError("it is not as it was written")
        if document["dataset"] != f"{path.stem}@{path.parent.name}":
            raise ValueError(f"it is that of {document['dataset']!r}")
        resources: Mapping[str, Any] = document["resources"]
        return Manifest(entries_of(resources))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _is_sealed(content: bytes, seal: object) -> bool:
    """Return whether a seal is right, and nothing but what ends the file stands after it."""
    before, _, after = content.rpartition(f'"{SEAL}"'.encode())
    end = f': "{seal}"\n}}\n'.encode()
    return after == end and _seal(before) == seal


def _seal(before: bytes) -> str:
    """Return the digest of what stands before the seal."""
    from hashlib import sha256

    return sha256(before).hexdigest()


def entries_of(resources: Mapping[str, Any]) -> dict[str, Entry]:
    """Return the entries that JSON says, as :meth:`Entry.as_facts` gives them.

    Raises:
        KeyError, TypeError, ValueError: it says none.
    """
    return {name: _entry(**facts) for name, facts in resources.items()}


def _entry(*, inputs: Mapping[str, Any] = MappingProxyType({}), **facts: Any) -> Entry:
    """Return the entry that some facts make."""
    entry = Entry(**facts, inputs={name: Input(**one) for name, one in inputs.items()})
    entry.check()
    return entry


def read_sidecar(path: Path) -> dict[str, FileFacts]:
    """Return the facts of each file by its path; lines that cannot be understood are left out."""
    try:
        facts, damaged = understood_lines(read_regular(path))
    except FileNotFoundError:
        return {}
    if damaged:
        warn(f"{path} has {damaged} line{'s' * (damaged > 1)} that cannot be understood")
    return facts


def understood_lines(content: bytes) -> tuple[dict[str, FileFacts], int]:
    """Return what a sidecar says of each file, by its path, and how many lines say nothing."""
    facts: dict[str, FileFacts] = {}
    lines = 0
    for line in content.decode("latin-1").split("\n"):  # each byte is a character for now
        lines += bool(line)
        if (usual := USUAL(line)) is not None:  # which is much quicker
            path, size, mtime_ns, sha256 = usual.groups()
            if is_inside(path):
                facts[path] = FileFacts(path, int(size), int(mtime_ns), sha256)
        elif line:
            with suppress(ValueError, TypeError, RecursionError):
                fact = FileFacts.of_line(line.encode("latin-1"))
                facts[fact.path] = fact
    return facts, lines - len(facts)


def manifest_text(identity: str, manifest: Manifest) -> str:
    """Return the content of the manifest of a data set, with its seal."""
    entries = sorted(manifest.entries.items())
    document = {
        "format": FORMAT,
        "dataset": identity,
        "resources": {name: entry.as_facts() for name, entry in entries},
    }
    text = f"{json.dumps(document | {SEAL: ''}, indent=1)}\n"
    seal = _seal(text.encode().rpartition(f'"{SEAL}"'.encode())[0])
    return f"{text[:-4]}{seal}{text[-4:]}"


def write_sidecar(path: Path, facts: Iterable[FileFacts]) -> None:
    """Replace a sidecar."""
    from datamaestro.store.replacing import replace

    ordered = sorted(facts, key=lambda fact: fact.path)
    replace(path, (fact.as_line() for fact in ordered), lasting=False)


def version_of(path: Path) -> tuple[int, int]:
    """Return what changes whenever a record is replaced: inode and time, zeros where none is."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns
