"""The journal of a verification: what has been read, so that one that was interrupted goes on.

Each line has a time and a batch of files, and a checksum before them; what a killed process has
half written, or a disk has damaged, is read again. A file counts as read while its size, its times
and its inode are the same: the time of the last change of any kind is one that no program can set.
But what a disk has lost since does not change them, so what was read long ago is read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.house.verifying.reading import Found
from datamaestro.settings.user import cache_folder
from datamaestro.sharing import make_folder, share
from datamaestro.store.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from datamaestro.store.holdings import Holding

AFTER = 2.0
"""Seconds after which a verification is worth to be gone on with."""

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
"""Not waiting for whoever might read from a pipe that is in its place, and through no link."""

OLD = 24 * 3600.0
"""Seconds after which what was read is not believed any more."""

EVERY = 1.0
"""Seconds between two lines."""

UNREADABLE = (OSError, ValueError, TypeError, OverflowError, RecursionError)
"""What is raised where a journal cannot be read, or is none; all is read again then."""

Line = list[str | int]


@define
class Journal:
    """What has been read of one data set.

    Args:
        holding: the data set.
        began: when, in seconds of a clock that never goes back.
        oldest: when the first of what is known was read, in seconds since 1970.
    """

    holding: Holding
    began: float = field(factory=time.monotonic)
    oldest: float = field(factory=time.time)
    _path: Path | None = None
    _waiting: list[tuple[str, Found]] = field(factory=list)
    _last: float = -AFTER

    def known(self) -> dict[str, Found]:
        """Return what an earlier verification has found of files that are still the same."""
        found = {}
        for path, when, *facts in self._lines():
            try:
                read = Found(0, *facts)  # type: ignore[arg-type]
                status = os.stat(self.holding.folder / str(path))  # noqa: PTH116
            except (OSError, TypeError, ValueError):
                continue
            now = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
            if now == (read.size, read.mtime_ns, read.ctime_ns, read.inode) and read.sha256:
                found[str(path)] = read
                self.oldest = min(self.oldest, float(when))
        return found

    def _lines(self) -> Iterable[Line]:
        for place in self._places():
            with suppress(*UNREADABLE):
                for line in read_regular(place).split(b"\n"):
                    checksum, _, batch = line.partition(b" ")
                    if checksum == _checksum(batch):
                        when, files = json.loads(batch)
                        if 0 <= time.time() - when < OLD:
                            yield from ([path, when, *facts] for path, *facts in files)

    def add(self, files: Iterable[tuple[str, Found]]) -> None:
        """Note what has been read; it is written now and then."""
        self._waiting += files
        now = time.monotonic()
        if self._waiting and now - self.began >= AFTER and now - self._last >= EVERY:
            self._last = now
            self.write()

    def write(self) -> None:
        """Write what has been noted; where nothing can be written, it is left out."""
        if not self._waiting:
            return
        read = [[path, *found[1:]] for path, found in self._waiting if found.sha256]
        batch = json.dumps([int(time.time()), read]).encode()
        self._waiting = []
        line = b"\n%b %b\n" % (_checksum(batch), batch)  # the last one may be half written
        for place in [self._path] if self._path else self._places():
            with suppress(OSError):
                make_folder(place.parent)
                descriptor = os.open(place, FLAGS, 0o666)
                try:
                    os.write(descriptor, line)
                finally:
                    os.close(descriptor)
                if self._path is None:
                    share(place)
                self._path = place
                return

    def remove(self) -> None:
        """Forget what has been read."""
        self._waiting = []
        for place in self._places():
            with suppress(OSError):
                place.unlink()

    def _places(self) -> list[Path]:
        """Return where it may be: beside the records, else with what can be made anew."""
        store = self.holding.store
        key = hashlib.sha256(f"{store.root}\0{self.holding.identity}".encode()).hexdigest()[:32]
        return [
            store.verifying(self.holding),
            cache_folder() / "verifying" / key,
        ]


def _checksum(batch: bytes) -> bytes:
    return b"%08x" % zlib.crc32(batch)
