"""The manifest: what is on disk, per resource; and its sidecar, per file.

The manifest is small and read by every ``prepare``; the sidecar is read only where each file is
looked at. Both are replaced whole, by a rename.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from attrs import field, fields, frozen, validators

from datamaestro.store.replacing import replace
from datamaestro_hookspecs.cards import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

log = logging.getLogger("datamaestro")

FORMAT = 1


_text = validators.instance_of(str)


def _inside(record: object, attribute: object, value: str) -> None:
    """Refuse a path that leads out of the data set's folder; records may be damaged."""
    if not (isinstance(value, str) and is_inside(value)):
        raise ValueError(f"{value!r} is not a path below the data set's folder")


@frozen
class Entry:
    """One resource on disk.

    Args:
        path: below the data set's folder.
        recipe: digest of how it is made; when it differs, the resource is made again.
        url: where its bytes came from; empty for derived resources.
        validator: of the source's content, where the server gave one.
        sha256: of the file as it was published by its source.
    """

    path: str = field(validator=_inside)
    recipe: str = field(validator=_text)
    url: str = field(default="", validator=_text)
    validator: str = field(default="", validator=_text)
    sha256: str = field(default="", validator=_text)


@frozen
class FileFacts:
    """One file on disk.

    Args:
        path: below the data set's folder.
        size: in bytes.
        mtime_ns: modification time in nanoseconds.
        sha256: hexadecimal.
    """

    path: str = field(validator=_inside)
    size: int = field(validator=validators.instance_of(int))
    mtime_ns: int = field(validator=validators.instance_of(int))
    sha256: str = field(validator=_text)


NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in (Entry, FileFacts)}
"""What each kind of record says."""


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
        "resources": {name: _plain(entry) for name, entry in sorted(manifest.entries.items())},
    }
    replace(path, json.dumps(document, indent=1) + "\n")


def _plain(record: Entry | FileFacts) -> dict[str, str | int]:
    """Return a record as JSON can say it; there may be many, so it has to be quick."""
    return {name: getattr(record, name) for name in NAMES[type(record)]}


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
        except (ValueError, TypeError, RecursionError):
            log.warning("%s has a line that cannot be understood", path)
        else:
            facts[fact.path] = fact
    return facts


def write_sidecar(path: Path, facts: Iterable[FileFacts]) -> None:
    """Replace a sidecar."""
    ordered = sorted(facts, key=lambda fact: fact.path)
    replace(path, "".join(json.dumps(_plain(fact)) + "\n" for fact in ordered), lasting=False)
