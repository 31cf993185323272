"""Whether a folder of the user's has the files that it should have."""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from datamaestro.errors import ContentError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("datamaestro")

BLOCK = 1 << 20
"""Bytes that are read at a time."""


class GlobChecker:
    """Says whether a folder has the files that it should have, by a digest of all of them.

    It is the MD5 of the hexadecimal MD5s of the files, in the order of their paths; those whose
    name ends in ``.gz`` are expanded first.

    Args:
        glob: pattern of the files' paths, as :meth:`pathlib.Path.glob` has it.
        md5: hexadecimal digest; None: any, and it is told what it is.
    """

    def __init__(self, glob: str, md5: str | None = None) -> None:
        self.glob = glob
        self.md5 = md5

    def compute(self, path: Path) -> str | None:
        """Return the digest of a folder; None where no file matches.

        Raises:
            ContentError: a compressed file is damaged.
        """
        found = sorted(path.glob(self.glob))
        if not found:
            return None
        combined = hashlib.md5(usedforsecurity=False)
        for file in found:
            if file.is_file():
                combined.update(_md5_of(file).encode())
        return combined.hexdigest()

    def check(self, path: Path) -> bool:
        """Return whether a folder has the right files.

        Raises:
            FileNotFoundError: no file matches.
            ContentError: a compressed file is damaged.
        """
        found = self.compute(path)
        if found is None:
            raise FileNotFoundError(f"No files matching {self.glob} in {path}")
        return self._accepts(path, found)

    def refuse_others(self, path: Path) -> None:
        """Refuse a folder that has other files than it should have.

        Raises:
            ContentError: it has; both digests are named.
        """
        found = self.compute(path)
        if found is None:
            hint = "it is another folder than is expected"
            raise ContentError(f"nothing in {path} matches {self.glob}", hint=hint)
        if not self._accepts(path, found):
            raise ContentError(
                f"the files {self.glob} of {path} have md5 {found}, not {self.md5}",
                hint="a file is missing, changed, or one too many",
            )

    def _accepts(self, path: Path, found: str) -> bool:
        if self.md5 is None:
            log.info("%s: the files that match %s have md5 %s", path, self.glob, found)
        return self.md5 is None or self.md5.lower() == found


def _md5_of(file: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with ExitStack() as stack:
        stream: Any = stack.enter_context(file.open("rb"))
        if file.suffix == ".gz":
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        try:
            while block := stream.read(BLOCK):
                digest.update(block)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ContentError(f"{file} is damaged: {error}", hint="copy it anew") from error
    return digest.hexdigest()
