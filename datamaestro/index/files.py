"""What Python files say by their names, sizes and times, without being read."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTED = 19
"""Index of the start time among the fields of ``/proc/PID/stat`` that follow the command
(field 22 in proc(5), in clock ticks after boot)."""

LOADED = time.time_ns()
"""When this module was imported."""


class Stamp(NamedTuple):
    """What changes when one of some files does.

    Args:
        text: of equal files, the same.
        newest: the latest time of them, in nanoseconds.
    """

    text: str
    newest: int


def stamp(path: str) -> Stamp:
    """Return the stamp of a Python file, or of all Python files below a folder."""
    lines, newest = [], 0
    for name, facts in sorted(_python_files(path)):
        lines.append(f"{name}:{facts.st_mtime_ns}:{facts.st_size}")
        newest = max(newest, facts.st_mtime_ns)
    checksum = crc32("\n".join(lines).encode(errors="surrogatepass"))
    return Stamp(f"{len(lines)} files, newest {newest}, {checksum:08x}", newest)


def time_of(path: str) -> int:
    """Return when a file or folder was last changed, in nanoseconds; 0 where there is none."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


def process_start() -> int:
    """Return when this process started, in nanoseconds, or something later where unknown.

    The kernel counts in ticks. What is returned is less than a tick too late, which is before
    Python has imported anything.
    """
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[STARTED]) + 1
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        ago = now - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, LookupError, AttributeError):
        return LOADED
    return min(LOADED, int((time.time() - ago) * 1e9))


def _python_files(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Iterate over the names, below a folder, and facts of files; in any order."""
    folders = [path]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except NotADirectoryError:
            with suppress(OSError):
                yield "", Path(path).stat()
            continue
        except OSError:
            continue  # gone meanwhile, or closed to us, and then to imports, too
        for entry in entries:
            if entry.name.endswith(".py"):
                with suppress(OSError):
                    yield entry.path.removeprefix(path), entry.stat()
            elif _has_modules(entry):
                folders.append(entry.path)


def _has_modules(entry: os.DirEntry[str]) -> bool:
    """Return whether it is a folder in which there may be modules."""
    name = entry.name
    return "." not in name and name != "__pycache__" and entry.is_dir(follow_symlinks=False)
