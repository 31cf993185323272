"""The manifest: what is on disk, per resource; and its sidecar, per file.

The manifest is small and read by every ``prepare``; the sidecar is read only where each file is
looked at. Both are replaced whole, by a rename.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from typing import TYPE_CHECKING, Any

from attrs import asdict, field, frozen

from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

log = logging.getLogger("datamaestro")

FORMAT = 1


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

    path: str
    recipe: str
    url: str = ""
    validator: str = ""
    sha256: str = ""


@frozen
class FileFacts:
    """One file on disk.

    Args:
        path: below the data set's folder.
        size: in bytes.
        mtime_ns: modification time in nanoseconds.
        sha256: hexadecimal.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str


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
        return Manifest({name: Entry(**_texts(entry)) for name, entry in _items(document)})
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s cannot be understood (%s); its data are made again", path, error)
        return Manifest()


def write_manifest(path: Path, identity: str, manifest: Manifest) -> None:
    """Replace a manifest; what it says is on disk for good when this returns."""
    document = {
        "format": FORMAT,
        "dataset": identity,
        "resources": {name: asdict(entry) for name, entry in sorted(manifest.entries.items())},
    }
    replace(path, json.dumps(document, indent=1) + "\n")


def read_sidecar(path: Path) -> dict[str, FileFacts]:
    """Return the facts of each file by its path; lines that cannot be understood are left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    facts: dict[str, FileFacts] = {}
    for line in lines:
        try:
            fact = FileFacts(**json.loads(line))
        except (ValueError, TypeError):
            log.warning("%s has a line that cannot be understood", path)
        else:
            facts[fact.path] = fact
    return facts


def write_sidecar(path: Path, facts: Iterable[FileFacts]) -> None:
    """Replace a sidecar."""
    ordered = sorted(facts, key=lambda fact: fact.path)
    replace(path, "".join(json.dumps(asdict(fact)) + "\n" for fact in ordered))


def replace(path: Path, text: str) -> None:
    """Replace a small file at once and for good; its mode is what the umask allows."""
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with scratch.open("x", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


def _items(document: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    items: Iterable[tuple[str, Any]] = document["resources"].items()
    return items


def _texts(entry: Mapping[str, Any]) -> Mapping[str, str]:
    for name, value in entry.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r}")
    return entry
