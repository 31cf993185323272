"""Packing: a bundle as the receiver of what is moved."""

from __future__ import annotations

import hashlib
import tarfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from attrs import evolve

from datamaestro.moving.bundles import BLOCK, INDEX, index_of, member_of
from datamaestro.moving.here.descriptions import from_origin
from datamaestro_hookspecs.offers import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from datamaestro_hookspecs.offers import Content, Offer


def relocatable(offer: Offer) -> Offer:
    """Return an offer that does not say where its data were, nor since when.

    What was lost there, whoever takes it just does not get.
    """
    files = tuple(one._replace(mtime_ns=0) for one in offer.files)
    missing = (*offer.lost, *offer.missing)
    return evolve(from_origin(offer, ""), files=files, missing=missing, lost=())


class Packer:
    """Writes offers, and then the files of each, into one tar archive.

    Args:
        file: into which it is written.
        name: what users call it.
        offers: all that are to come, in their order.

    Raises:
        ContentError: there are too many files for one bundle.
    """

    streams = 1

    def __init__(self, file: IO[bytes], name: str, offers: Sequence[Offer]) -> None:
        self.name = name
        self._tar = Tar(file)
        index = index_of(offers)
        self._tar.begin(INDEX, len(index), executable=False)
        self._tar.write(index)

    def lacking(self, offer: Offer) -> list[Wanted]:
        """Return all files of an offer, in its order."""
        return [Wanted(one.path, one.size) for one in offer.files if not one.link]

    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[Packed]:
        """Begin to write the files of a data set."""
        yield Packed(self._tar, offer, self.lacking(offer))

    def finish(self) -> None:
        """Write the end."""
        self._tar.end()


class Packed:
    """One data set on its way into a bundle."""

    def __init__(self, tar: Tar, offer: Offer, lacking: list[Wanted]) -> None:
        self.lacking = lacking
        self._tar = tar
        self._offer = offer
        self._digests = {one.path: one.sha256 for one in offer.files}
        self._buffer = memoryview(bytearray(BLOCK))

    def receive(self, contents: Iterable[Content]) -> list[str]:
        """Write contents; return the path of the first that is wrong, after which all is in vain.

        Raises:
            OSError: it cannot be written.
        """
        for content in contents:
            name = member_of(self._offer, content.path)
            self._tar.begin(name, content.size, executable=content.executable)
            digest, left = hashlib.sha256(), content.size
            while left and (count := content.readinto(self._buffer[:left])):
                block = self._buffer[:count]
                digest.update(block)
                self._tar.write(block)
                left -= count
            if left or digest.hexdigest() != self._digests[content.path]:
                return [content.path]
        return []

    def commit(self) -> None:
        """Do nothing: the bundle is seen when it is finished."""


class Tar:
    """A tar archive that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._written = 0

    def begin(self, name: str, size: int, *, executable: bool) -> None:
        """Begin a member: a file without owner or time, whose content is written next."""
        header = tarfile.TarInfo(name)
        header.size = size
        header.mode = 0o755 if executable else 0o644
        self._pad(tarfile.BLOCKSIZE)
        self.write(header.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))

    def write(self, block: bytes | memoryview) -> None:
        """Write a part of a member."""
        self._file.write(block)
        self._written += len(block)

    def end(self) -> None:
        """Write the end mark."""
        self._pad(tarfile.BLOCKSIZE)
        self.write(bytes(2 * tarfile.BLOCKSIZE))
        self._pad(tarfile.RECORDSIZE)

    def _pad(self, size: int) -> None:
        """Write zeros up to a whole number of blocks."""
        self.write(bytes(-self._written % size))
