"""Whole trees with all that a file system says of what is in them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from hypothesis import strategies as st

Forest = dict[str, tuple[object, ...]]
"""By path: kind, mode, modification time, and content or target; and who is the same file."""


def forest(folder: Path, *besides: str) -> Forest:
    """Return what is below a folder, links not followed.

    Args:
        folder: to be looked at; itself, too, unless something of it is left out.
        besides: names at its top that are left out.
    """
    found: Forest = {}
    first: dict[int, str] = {}
    for where, folders, names in os.walk(folder):
        if where == str(folder):
            folders[:] = sorted(name for name in folders if name not in besides)
        folders.sort()
        for name in sorted([*folders, *names]):
            path = Path(where, name)
            status, relative = path.lstat(), os.path.relpath(path, folder)
            same = first.setdefault(status.st_ino, relative)
            content: object = ""
            if stat.S_ISLNK(status.st_mode):
                content = path.readlink()
            elif stat.S_ISREG(status.st_mode):
                content = path.read_bytes()
            found[relative] = (oct(status.st_mode), status.st_mtime_ns, content, same)
    return found


names = st.text("ab.é\n\udcff ", min_size=1, max_size=3).filter(
    lambda name: name not in (".", "..")
)
branches = st.recursive(
    st.one_of(
        st.tuples(st.just("file"), st.binary(max_size=3), st.sampled_from([0o644, 0o400, 0o755])),
        st.tuples(st.just("link"), st.sampled_from([".", "..", "/", "a", "../../x", "/etc"])),
        st.tuples(st.just("twin")),
    ),
    lambda inner: st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
"""A file, a link, another name of the file before it, or a folder of such."""

forests = st.dictionaries(names, branches, max_size=4)


def plant(folder: Path, tree: object, last: list[Path] | None = None, time: int = 10**18) -> None:
    """Make a folder with what a drawn tree says, all with times of long ago."""
    last = [] if last is None else last
    folder.mkdir(parents=True)
    assert isinstance(tree, dict)
    for name, branch in tree.items():
        path = folder / name
        if isinstance(branch, dict):
            plant(path, branch, last, time)
        elif branch[0] == "link":
            path.symlink_to(branch[1])
        elif branch[0] == "twin" and last:
            path.hardlink_to(last[-1])
        else:
            path.write_bytes(branch[1] if branch[0] == "file" else b"")
            path.chmod(branch[2] if branch[0] == "file" else 0o600)
            last.append(path)
        os.utime(path, ns=(time, time), follow_symlinks=False)
    os.utime(folder, ns=(time, time))
