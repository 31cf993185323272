"""What is known of each file on disk; light, since whoever lists what is on disk imports it."""

from __future__ import annotations

import json
from typing import NamedTuple

from datamaestro_hookspecs.places import is_inside

LARGEST = (1 << 63) - 1
"""The largest size and time that a file system can have."""


class FileFacts(NamedTuple):
    """One file or symbolic link on disk.

    Args:
        path: below the data set's folder.
        size: in bytes.
        mtime_ns: modification time in nanoseconds.
        sha256: hexadecimal; empty of a link.
        link: where a link leads; empty of a file.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    link: str = ""

    def check(self) -> None:
        """Make sure that it can be one; records may be damaged.

        Raises:
            ValueError: it cannot.
            TypeError: likewise.
        """
        # there may be very many, so it has to be quick
        if not (type(self.path) is type(self.sha256) is type(self.link) is str):
            raise TypeError("a text is none")
        if not type(self.size) is type(self.mtime_ns) is int:
            raise TypeError("a number is none")
        if not (-LARGEST <= self.size <= LARGEST and -LARGEST <= self.mtime_ns <= LARGEST):
            raise ValueError("a number is larger than any file's")
        if not is_inside(self.path):
            raise ValueError(f"{self.path!r} is not a path below the data set's folder")

    def as_line(self) -> str:
        """Return it as a line of JSON; there may be very many, so it has to be quick."""
        link = f', "link": {json.dumps(self.link)}' if self.link else ""
        return (
            f'{{"path": {json.dumps(self.path)}, "size": {self.size}, '
            f'"mtime_ns": {self.mtime_ns}, "sha256": "{self.sha256}"{link}}}\n'
        )

    @classmethod
    def of_line(cls, line: bytes | str) -> FileFacts:
        """Return what a line of JSON says.

        Raises:
            ValueError: it cannot be understood.
            TypeError: likewise.
            RecursionError: likewise.
        """
        facts = cls(**json.loads(line))
        facts.check()
        return facts
