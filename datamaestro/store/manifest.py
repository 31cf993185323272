"""The manifest: what is on disk, per resource; and its sidecar, per file.

The manifest is small and read by every ``prepare``; the sidecar is read only where each file is
looked at. Both are replaced whole, by a rename.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from attrs import asdict, field, frozen, validators

from datamaestro.store.replacing import replace
from datamaestro_hookspecs.cards import NOWHERE, WHOLE, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

log = logging.getLogger("datamaestro")

FORMAT = 1

_text = validators.instance_of(str)


def _inside(record: Entry, attribute: object, value: str) -> None:
    """Refuse a path that leads out of the data set's folder; records may be damaged."""
    own = value == NOWHERE or (record.folder and value == WHOLE)
    if not (isinstance(value, str) and (own or is_inside(value))):
        raise ValueError(f"{value!r} is not a path below the data set's folder")


@frozen
class Input:
    """What a resource was made from.

    Args:
        recipe: digest of how that was made.
        sha256: of it.
    """

    recipe: str = field(validator=_text)
    sha256: str = field(validator=_text)


def _inputs(given: Mapping[str, Any]) -> dict[str, Input]:
    return {name: one if isinstance(one, Input) else Input(**one) for name, one in given.items()}


@frozen
class Entry:
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

    path: str = field(validator=_inside)
    recipe: str = field(validator=_text)
    url: str = field(default="", validator=_text)
    validator: str = field(default="", validator=_text)
    sha256: str = field(default="", validator=_text)
    folder: bool = field(default=False, validator=validators.instance_of(bool))
    link: str = field(default="", validator=_text)
    result: str = field(default="", validator=_text)
    inputs: Mapping[str, Input] = field(factory=dict, converter=_inputs)


@frozen
class FileFacts:
    """One file or symbolic link on disk; there may be very many, so that making one checks nothing.

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
        texts, numbers = (self.path, self.sha256, self.link), (self.size, self.mtime_ns)
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a text is none")
        if not all(isinstance(number, int) for number in numbers):
            raise TypeError("a number is none")
        if not is_inside(self.path):
            raise ValueError(f"{self.path!r} is not a path below the data set's folder")


@frozen
class Manifest:
    """The resources of one data set that are on disk, by name."""

    entries: Mapping[str, Entry] = field(factory=dict)


def read_manifest(path: Path) -> Manifest:
    """Return a manifest; an empty one where there is none or it cannot be understood."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}")
        resources: Mapping[str, Any] = document["resources"]
        return Manifest({name: Entry(**entry) for name, entry in resources.items()})
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("%s cannot be understood (%s); its data are made again", path, error)
        return Manifest()


def write_manifest(path: Path, identity: str, manifest: Manifest) -> None:
    """Replace a manifest; it is on disk for good when this returns."""
    document = {
        "format": FORMAT,
        "dataset": identity,
        "resources": {name: asdict(entry) for name, entry in sorted(manifest.entries.items())},
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
            log.warning("%s has a line that cannot be understood", path)
        else:
            facts[fact.path] = fact
    return facts


def write_sidecar(path: Path, facts: Iterable[FileFacts]) -> None:
    """Replace a sidecar."""
    ordered = sorted(facts, key=lambda fact: fact.path)
    replace(path, map(_line, ordered), lasting=False)


def _line(fact: FileFacts) -> str:
    """Return a line of the sidecar; there may be very many, so it has to be quick."""
    link = f', "link": {json.dumps(fact.link)}' if fact.link else ""
    return (
        f'{{"path": {json.dumps(fact.path)}, "size": {fact.size}, "mtime_ns": {fact.mtime_ns}, '
        f'"sha256": "{fact.sha256}"{link}}}\n'
    )
