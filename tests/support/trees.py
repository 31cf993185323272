"""Trees of files: what is in a folder, to be compared with what is in another one."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from pathlib import Path

Tree = dict[bytes, tuple[object, ...]]
"""By path: a file's content and whether it may be run, a link's target, or a folder."""


def content_of(folder: Path) -> Tree:
    """Return what is below a folder."""
    top, found = os.fsencode(folder), Tree()
    for path in folder.rglob("*"):
        relative = os.fsencode(path)[len(top) + 1 :]
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            found[relative] = ("link", os.fsencode(path.readlink()))
        elif stat.S_ISDIR(mode):
            found[relative] = ("folder",)
        else:
            found[relative] = ("file", path.read_bytes(), bool(mode & 0o100))
    return found


def write_tree(folder: Path, tree: Tree) -> None:
    """Make a folder with what is to be in it."""
    folder.mkdir(parents=True)
    for relative, (kind, *facts) in sorted(tree.items()):
        path = folder / os.fsdecode(relative)
        if kind == "folder":
            path.mkdir(exist_ok=True)
        elif kind == "link":
            path.symlink_to(os.fsdecode(facts[0]))  # type: ignore[arg-type]
        else:
            path.write_bytes(facts[0])  # type: ignore[arg-type]
            path.chmod(0o755 if facts[1] else 0o644)


def unpacked(folder: Path, *command: str | Path) -> Path:
    """Return a folder in which a program has unpacked an archive."""
    folder.mkdir(parents=True)
    subprocess.run([str(word) for word in command], cwd=folder, check=True, capture_output=True)
    return folder


def leads_outside(link: Path, top: Path) -> bool:
    """Return whether the system finds a link to lead out of a folder."""
    try:
        link.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False  # the system gives up: it leads nowhere
    real, inside = os.path.realpath(link), os.path.realpath(top)
    return real != inside and not real.startswith(f"{inside}/")
