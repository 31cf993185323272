"""One hostile archive, and what a careful unpacker makes of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

Tree = Mapping[str, bytes | str | None]
"""What is in a folder, by path: the content of a file, where a symbolic link leads, None for a
folder. A folder that has something in it need not be named."""

Verdict = Literal["refused", "kept", "either"]

SPECIAL = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
"""Bits of a mode that nothing from an archive may have."""


@frozen
class Hostile:
    """An archive that is meant to do harm, or looks like it.

    Args:
        name: unique within a format, in words joined by hyphens.
        archive: its bytes; or a function that writes them to a path, for large ones.
        why: what is hostile in it.
        verdict: ``refused``: it is an error, and nothing is left of it; ``kept``: it is unpacked,
            and ``tree`` is what is there then; ``either``: one of the two, as file systems differ.
        tree: what is there then, and nothing else.
        suffix: of its name.
        huge: whether it takes long, or needs limits of the unpacker's.
    """

    name: str
    archive: bytes | Callable[[Path], None] = field(repr=False)
    why: str
    verdict: Verdict = "refused"
    tree: Tree = field(factory=dict, repr=False)
    suffix: str = ".tar"
    huge: bool = False

    @property
    def may_be_refused(self) -> bool:
        """Whether it may be an error."""
        return self.verdict != "kept"

    @property
    def may_be_kept(self) -> bool:
        """Whether it may be unpacked."""
        return self.verdict != "refused"

    def write(self, path: Path) -> None:
        """Write the archive to a file."""
        if isinstance(self.archive, bytes):
            path.write_bytes(self.archive)
        else:
            self.archive(path)

    def assert_kept(self, folder: Path) -> None:
        """Assert that a folder has in it what is to be kept, and nothing else.

        Raises:
            AssertionError: it has something else, or something has a special bit in its mode.
        """
        parents = {
            "/".join(path.split("/")[:depth])
            for path in self.tree
            for depth in range(1, path.count("/") + 1)
        }
        assert {**dict.fromkeys(parents), **self.tree} == on_disk(folder)
        for where, folders, files in os.walk(folder):
            for name in [*folders, *files]:
                status = os.lstat(os.path.join(where, name))  # noqa: PTH118 - perhaps no UTF-8
                assert stat.S_ISLNK(status.st_mode) or not status.st_mode & SPECIAL, name

    def __str__(self) -> str:
        return self.name


def on_disk(folder: Path) -> dict[str, bytes | str | None]:
    """Return what is in a folder.

    Raises:
        AssertionError: something in it is no file, link or folder.
    """
    found: dict[str, bytes | str | None] = {}
    for where, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(where, name)
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                found[relative] = str(path.readlink())
            elif path.is_dir():
                found[relative] = None
            else:
                assert path.is_file(), f"{relative} is a device, or something like it"
                found[relative] = path.read_bytes()
    return found
