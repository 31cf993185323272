"""What is installed, as far as plugins and repositories go, read straight from the disk.

``importlib.metadata`` tells the same, but importing it takes as long as all else that a search
does. The form of what is read: https://packaging.python.org/en/latest/specifications/
(recording installed packages, entry points, direct URL).
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGINS, REPOSITORIES = GROUPS = ("datamaestro", "datamaestro.repositories")
"""The entry-point groups of plugins, and of Repository classes."""

SUFFIXES = (".dist-info", ".egg-info")


class Point(NamedTuple):
    """An entry point of one of our groups."""

    group: str
    name: str
    value: str


class Distribution(NamedTuple):
    """An installed package that has entry points of ours, or is datamaestro itself.

    Args:
        name: as :func:`normal` has it.
        version: as its folder says.
        folder: of its metadata.
        points: its entry points of our groups.
    """

    name: str
    version: str
    folder: str
    points: tuple[Point, ...]

    @property
    def site(self) -> str:
        """The folder in which it is installed."""
        return os.path.dirname(self.folder)  # noqa: PTH120 - as for all here, pathlib takes longer

    @property
    def recorded(self) -> int:
        """When its files were recorded, in nanoseconds; 0 where they were not."""
        try:
            return os.stat(f"{self.folder}/RECORD").st_mtime_ns  # noqa: PTH116
        except OSError:
            return 0

    def is_editable(self) -> bool:
        """Return whether its files are those of a source tree, and may change at any time."""
        try:
            said = json.loads(_content(f"{self.folder}/direct_url.json"))
            return bool(said["dir_info"]["editable"])
        except (OSError, ValueError, LookupError, TypeError):
            return not self.recorded

    def requires(self) -> list[str]:
        """Return the names of what it requires directly, those of extras too."""
        for file in ("METADATA", "PKG-INFO"):
            try:
                content = _content(f"{self.folder}/{file}")
            except OSError:
                continue
            text = content.decode(errors="replace").replace("\r\n", "\n")
            head = text.partition("\n\n")[0]
            found = re.findall(r"^Requires-Dist:\s*([\w.-]+)", head, re.MULTILINE)
            return sorted({normal(name) for name in found})
        return []


class Installed(NamedTuple):
    """What the path has.

    Args:
        sites: the folders of the path in which something is installed.
        versions: of all distributions, by name.
        distributions: those with entry points of ours, and datamaestro, by name.
        complete: whether nothing can be installed that is not seen here, such as in a zip file.
    """

    sites: tuple[str, ...]
    versions: dict[str, str]
    distributions: dict[str, Distribution]
    complete: bool

    def providers(self) -> dict[str, Distribution]:
        """Return the distributions by the values of their entry points; the first has each."""
        found: dict[str, Distribution] = {}
        for one in self.distributions.values():
            for point in one.points:
                found.setdefault(point.value, one)
        return found


def installed() -> Installed:
    """Look at the folders of the path; the first distribution of a name is the one in use."""
    sites: list[str] = []
    folders: dict[str, str] = {}
    complete = not any(map(_finds_distributions, sys.meta_path))
    for entry in dict.fromkeys(_path()):
        names = _metadata_in(entry)
        complete = complete and names is not None
        if names:
            sites.append(entry)
        for name in names or ():
            folders.setdefault(normal(_split(name)[0]), f"{entry}/{name}")
    versions = {name: _split(folder.rpartition("/")[2])[1] for name, folder in folders.items()}
    found = {
        name: Distribution(name, versions[name], folder, points)
        for name, folder in folders.items()
        if (points := tuple(_points_in(folder))) or name == "datamaestro"
    }
    return Installed(tuple(sites), versions, found, complete)


def normal(name: str) -> str:
    """Return a distribution's name in the form in which equal names are the same.

    >>> normal("Datamaestro_Text")
    'datamaestro-text'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _path() -> Iterator[str]:
    """Iterate over the entries of the path, wherever they are seen from."""
    for entry in sys.path:
        with suppress(OSError, TypeError):  # the folder we are in is gone; it is no string
            yield str(Path(entry).absolute())


def _finds_distributions(finder: object) -> bool:
    """Return whether it finds distributions elsewhere than in the folders of the path."""
    usual = ("PathFinder", "MetadataPathFinder")  # the latter: of importlib.metadata itself
    name = getattr(finder, "__name__", type(finder).__name__)
    return hasattr(finder, "find_distributions") and name not in usual


def _metadata_in(entry: str) -> list[str] | None:
    """Return the names of the metadata in a folder of the path; None where it is none of those."""
    if entry.endswith(".egg"):
        return None
    try:
        with os.scandir(entry) as found:
            return [each.name for each in found if each.name.endswith(SUFFIXES)]
    except NotADirectoryError:
        return None
    except OSError:
        return []  # as Python itself overlooks it


def _split(folder: str) -> tuple[str, str]:
    """Return the name and the version that a folder of metadata is called by."""
    name, _, version = folder.rpartition(".")[0].partition("-")
    return name, version


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _points_in(folder: str) -> Iterator[Point]:
    """Iterate over the entry points of our groups."""
    try:
        content = _content(f"{folder}/entry_points.txt")
    except OSError:
        return
    if PLUGINS.encode() not in content:
        return
    group = ""
    for line in map(str.strip, content.decode(errors="replace").splitlines()):
        name, equals, value = line.partition("=")
        if line.startswith("["):
            group = line.strip("[]").strip()
        elif group in GROUPS and equals and not line.startswith("#"):
            yield Point(group, name.strip(), value.strip())
