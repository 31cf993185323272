"""The user's own folder for sockets, which nobody else can enter; ssh removes them itself."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

LONGEST = 70
"""Bytes that its path may have; those of sockets about 100 on most systems, and ssh adds some."""

SHORT = "/tmp"  # noqa: S108 - what is made there is private


def own_folder() -> Path:
    """Return the folder, which is the same each time, unless somebody else has that name."""
    above = tempfile.gettempdir()
    if len(os.fsencode(above)) > LONGEST:
        above = SHORT
    folder = Path(above, _usual_name())
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(dir=above))
    private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
    return folder if private and status.st_uid == os.getuid() else Path(tempfile.mkdtemp(dir=above))


def leave(folder: Path) -> None:
    """Remove a folder that was made for one socket alone; the usual one stays, for all others."""
    if folder.name != _usual_name():
        with suppress(OSError):  # something is still in it
            folder.rmdir()


def _usual_name() -> str:
    return f"datamaestro-{os.getuid()}"
