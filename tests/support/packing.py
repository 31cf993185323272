"""Trees of files as programs pack them, and what an unpacker says of the archives."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st

from datamaestro.testing.transformers import Arriving
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.unpackers import UnpackerProtocol
from support.trees import Tree, write_tree

CHARACTERS = st.characters(codec="utf-8", exclude_characters="/\0\\", exclude_categories=["Cs"])

parts = st.sampled_from([b"a", b"b", b"a b", "é".encode(), b"x" * 60, b"-x", b"a\nb"]) | st.text(
    CHARACTERS, min_size=1, max_size=8
).map(str.encode).filter(lambda part: part not in (b".", b"..", b"-"))
"""Names of files and folders; zip takes ``-`` for its standard input."""

contents = st.binary(max_size=40) | st.builds(
    lambda part, size: (part * size)[:size],
    st.binary(min_size=1, max_size=3),
    st.sampled_from([511, 512, 513, 1024, 5000]),
)

targets = st.lists(parts, min_size=1, max_size=2).map(b"/".join)

facts = (
    st.tuples(st.just("file"), contents, st.booleans())
    | st.tuples(st.just("link"), targets)
    | st.just(("folder",))
)


def _tree(chosen: dict[tuple[bytes, ...], tuple[object, ...]]) -> Tree:
    """Return a tree in which whatever is below something is below a folder."""
    tree: Tree = {}
    for path, each in sorted(chosen.items(), key=lambda one: len(one[0])):
        above = [b"/".join(path[:depth]) for depth in range(1, len(path))]
        if all(tree.get(folder, ("folder",)) == ("folder",) for folder in above):
            tree |= dict.fromkeys(above, ("folder",))
            tree.setdefault(b"/".join(path), each)
    return tree


trees = st.dictionaries(
    st.lists(parts, min_size=1, max_size=3).map(tuple), facts, min_size=1, max_size=6
).map(_tree)


def packed(tree: Tree, command: str, suffix: str, *, program: str = "") -> bytes:
    """Return the archive that a program makes of a tree, in whose folder it is called.

    Args:
        tree: to be packed.
        command: of a shell, in which ``$A`` is the archive.
        suffix: of the archive.
        program: skip the test where it is missing; by default, the first word of the command.
    """
    program = program or command.split()[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    with tempfile.TemporaryDirectory() as scratch:
        folder, archive = Path(scratch, "tree"), Path(scratch, f"archive{suffix}")
        write_tree(folder, tree)
        ran = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "A": str(archive), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert 0 == ran.returncode, ran.stderr + ran.stdout
        return archive.read_bytes()


def unpacked(
    unpacker: UnpackerProtocol, archive: bytes, *, seeks: bool = False, **options: Option
) -> Tree:
    """Return what an unpacker says is in an archive; a hard link as the file that it is."""
    raw = io.BytesIO(archive) if seeks else Arriving(archive)
    found: Tree = {}
    for member in unpacker.members(io.BufferedReader(raw), options):
        name = os.fsencode(member.name)
        if member.kind == "file":
            assert member.content is not None
            found[name] = ("file", member.content.read(1 << 20), member.executable)
            assert b"" == member.content.read(1)
        elif member.kind == "hardlink":
            found[name] = found[os.fsencode(member.link)]
        elif member.kind == "symlink":
            found[name] = ("link", os.fsencode(member.link))
        else:
            found[name] = (member.kind,)
    found.pop(b".", None)
    return {name.removeprefix(b"./"): each for name, each in found.items()}
