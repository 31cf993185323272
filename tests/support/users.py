"""Other users of this computer, whose commands this one, root, starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from attrs import frozen

from support.command import Outcome, command

TEAM = 61_000
"""The group that the users of :data:`FIRST` and :data:`SECOND` are in; nobody else is."""


@frozen
class User:
    """Somebody who runs commands.

    Args:
        uid: the user's number, and that of a group of that name.
        groups: in which the user is, too.
        umask: what the user takes from the permissions of new files.
    """

    uid: int
    groups: tuple[int, ...] = ()
    umask: int = 0o022

    def start(self, *words: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
        """Start a program; its home is in the folder where it runs."""
        home = cwd / f"home-of-{self.uid}"
        if not home.exists():
            home.mkdir()
            os.chown(home, self.uid, self.uid)
        groups = f"--groups={','.join(map(str, self.groups))}" if self.groups else "--clear-groups"
        become = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", groups]
        outer = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        return subprocess.Popen(
            [*opening(), *become, *words],
            cwd=cwd,
            env={**outer, "HOME": str(home), **environment},
            umask=self.umask,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def runs(self, *arguments: str, cwd: Path, **environment: str) -> Outcome:
        """Run the command line to its end; return how it ended."""
        with self.start(*command(*arguments), cwd=cwd, **environment) as process:
            out, err = process.communicate(timeout=120)
        return Outcome(process.returncode, out, err)


FIRST = User(61_001, (TEAM,), 0o077)
SECOND = User(61_002, (TEAM,), 0o022)
STRANGER = User(61_003)


@cache
def opening() -> tuple[str, ...]:
    """Return what runs a command where each user may look at the programs of this one.

    Where these are in a folder that is closed to others, such as root's home, an empty one is
    mounted over it, for that command alone, and in it just these.
    """
    programs = [Path(sys.prefix), Path(sys.base_prefix), *map(Path, sys.path)]
    closed: dict[Path, list[Path]] = {}
    for program in filter(Path.exists, map(Path.absolute, programs)):
        around = next((one for one in program.parents[::-1] if not one.stat().st_mode & 1), None)
        known = closed.get(around, []) if around else []
        if around and not any(program.is_relative_to(one) for one in known):
            closed[around] = [*known, program]
    if not closed:
        return ()
    lines = [
        "set -e",
        "before=$(umask)",
        "umask 022",
        "aside=$(mktemp -d)",
        'mount -t tmpfs none "$aside"',
    ]
    for folder, inside in closed.items():
        kept = [f"$aside/{number}" for number, _ in enumerate(inside)]
        for place, one in zip(kept, inside, strict=True):
            lines += [f'mkdir "{place}"', f'mount --bind "{one}" "{place}"']
        lines.append(f'mount -t tmpfs -o mode=755 none "{folder}"')
        for place, one in zip(kept, inside, strict=True):
            lines += [f'mkdir -p "{one}"', f'mount --bind "{place}" "{one}"', f'umount "{place}"']
    lines += ['umount "$aside"', 'rmdir "$aside"', 'umask "$before"', 'exec "$@"']
    return "unshare", "--mount", "sh", "-c", "\n".join(lines), "sh"


@cache
def others_work() -> bool:
    """Return whether this user may run the project's programs as other users."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return False
    with open_folder() as folder:
        words = [sys.executable, "-c", "import datamaestro"]
        with STRANGER.start(*words, cwd=folder) as process:
            process.communicate(timeout=120)
    return process.returncode == 0


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a folder into which every user may look, which is gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="datamaestro-users-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
