"""One run of what writes files: where it writes is empty, and what it has to write is looked at."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Protocol

from attrs import evolve, frozen

from benchmarks.filling import Filling

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Command, Cost


class Outcome(Protocol):
    """What has to be there in the end."""

    def missing(self, folder: Path) -> str:
        """Say what of it is not below a folder; nothing if all is."""


@frozen
class Transfer:
    """A download into a folder that is empty at first, on a file system that is at rest.

    Args:
        command: what downloads.
        into: the folder; emptied after the run, so that no run writes another's bytes to disk.
        outcome: what has to be there in the end.

    """

    command: Command
    into: Path
    outcome: Outcome

    def __call__(self) -> Cost:
        """Run it.

        Raises:
            SystemExit: it failed, or not all files are there.

        """
        shutil.rmtree(self.into, ignore_errors=True)
        self.into.mkdir()
        os.sync()
        with Filling(self.into) as filling:
            cost = self.command()
        missing = self.outcome.missing(self.into)
        put_aside(self.into)
        if missing:
            raise SystemExit(f"{self.command} did not bring {missing} as it is")
        return evolve(cost, disk=filling.most)


def put_aside(folder: Path) -> None:
    """Move a folder away, and empty all its files; they are removed with what they are below.

    To remove them here would make the next run slower: ext4 does not use the inodes again of files
    that were removed a moment ago, and looks at all of them for each file that is made. Where half
    of the inodes is used up, as may happen in memory, the folder is removed all the same.
    """
    status = os.statvfs(folder)
    if status.f_ffree < status.f_files / 2:
        shutil.rmtree(folder)
        return
    used = tempfile.mkdtemp(prefix="used-", dir=folder.parent)
    left: list[str | Path] = [folder.rename(f"{used}/{folder.name}")]
    while left:
        for entry in os.scandir(left.pop()):
            if entry.is_dir(follow_symlinks=False):
                left.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                os.truncate(entry.path, 0)
