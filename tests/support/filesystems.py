"""Real file systems of another kind, where this machine has them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datamaestro.testing.daemons import find

WAYS = {
    "ext4": (
        "mkfs.ext4 -q -O casefold {image}",
        "mount -o loop {image} {folder}",
        "mkdir {folder}/own",
        "chattr +F {folder}/own",
    ),
    "ntfs": (
        "mkntfs -F -Q -q {image}",
        "lowntfs-3g -o ignore_case {image} {folder}",
        "mkdir {folder}/own",
    ),
}
"""Commands that make a folder ``own`` in which the case of names does not count."""

SIZE = 8 << 20
"""Bytes that such a file system has."""


@contextmanager
def ignoring_case(kind: str, scratch: Path) -> Iterator[Path | None]:
    """Give a folder on a file system that ignores the case of names; None where there is none.

    Args:
        kind: of :data:`WAYS`.
        scratch: a folder.
    """
    image, folder = scratch / f"{kind}.image", scratch / kind
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE)
    try:
        done = [_done(command.format(image=image, folder=folder)) for command in WAYS[kind]]
        yield folder / "own" if all(done) else None
    finally:
        if folder.is_mount():
            _done(f"umount {folder}")


def _done(command: str) -> bool:
    """Run a command; return whether it did what it should."""
    name, *arguments = command.split()
    program = find(name)
    if program is None:
        return False
    return subprocess.run([program, *arguments], capture_output=True, check=False).returncode == 0
