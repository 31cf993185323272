"""Whose a file is: the resources of a record, and the files of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro_hookspecs.places import NOWHERE, WHOLE, folders_above

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.files import FileFacts


@define
class Resources:
    """The resources of one data set, by name, and whose each file is.

    Args:
        entries: of a record.
    """

    entries: Mapping[str, Entry]
    _single: dict[str, str] = field(init=False)
    _folders: dict[str, str] = field(init=False)
    _around: dict[str, str | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        there = [(name, one) for name, one in self.entries.items() if one.path != NOWHERE]
        self._single = {one.path: name for name, one in there if not one.folder}
        self._folders = {one.path: name for name, one in there if one.folder}

    def owner(self, path: str) -> str | None:
        """Return the name of the resource that a file is, or is in; None where it is of none."""
        return self._single.get(path) or self.around(path)

    def around(self, path: str) -> str | None:
        """Return the name of the folder that something is in; None where it is in none."""
        folder = path.rpartition("/")[0]
        if folder not in self._around:  # files are many more than folders
            around = next(filter(self._folders.__contains__, folders_above(path)), WHOLE)
            self._around[folder] = self._folders.get(around)
        return self._around[folder]

    def below(self, name: str, path: str) -> str:
        """Return the path of a file below the folder that a resource is."""
        folder = self.entries[name].path
        return path if folder == WHOLE else path[len(folder) + 1 :]

    def files(self, facts: Iterable[FileFacts]) -> dict[str, list[FileFacts]]:
        """Return the files of each resource; what is of none is left out."""
        found: dict[str, list[FileFacts]] = {name: [] for name in self.entries}
        for one in facts:
            name = self.owner(one.path)
            if name is not None:
                found[name].append(one)
        return found
