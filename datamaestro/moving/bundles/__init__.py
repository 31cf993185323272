"""Bundles: data sets in one tar archive, for computers without a network.

::

    datamaestro/offers.jsonl                     a line that seals the rest; then the offers
    data/<repository>/<id as path>/<path> ...    the files, in the order of the offers

To write a bundle is to be a receiver, to read one is to be a source. The same data give the same
bytes: nothing in it says when or where it was made. It can be unpacked by any tar, too, though only
``datamaestro import`` checks and records what is in it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from datamaestro.errors import ContentError
from datamaestro_hookspecs.offers import DAMAGED, Offer, offers_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

INDEX = "datamaestro/offers.jsonl"
"""The first member."""

FORMAT = 1

BLOCK = 1 << 20
"""Bytes moved at a time."""

LARGEST_INDEX = 1 << 30
"""Bytes that an index may have, which are some millions of files: it is read into memory."""

LONGEST_LINE = 1 << 24
"""Bytes of one of its lines: of a data set without its files, or of a file. What JSON can say in a
line may take thirty times as much memory before it is found out to be something else."""


def member_of(offer: Offer, path: str) -> str:
    """Return the name of the member that a file is."""
    return "/".join(["data", offer.repository, *offer.id.split("."), path])


def index_of(offers: Sequence[Offer]) -> bytes:
    """Return the content of the index.

    Raises:
        ContentError: there are too many files for one bundle.
    """
    lines = [line for offer in offers for line in offer.lines()]
    body = "".join(lines).encode()
    if len(body) > LARGEST_INDEX or max(map(len, lines), default=0) > LONGEST_LINE:
        raise ContentError("there are too many files for one bundle", hint="make several")
    seal = {"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(seal).encode() + b"\n" + body


def offers_of(lines: Iterable[bytes]) -> list[Offer]:
    """Return the offers that an index says.

    Raises:
        ContentError: it is damaged, or none.
    """
    left, digest = iter(lines), hashlib.sha256()
    try:
        seal = json.loads(next(left, b""))
        if seal["format"] != FORMAT:
            raise ValueError(f"its format is {seal['format']!r}")
        sha256 = seal["sha256"]
    except DAMAGED as error:
        raise ContentError(f"it is no bundle of data sets: {error}") from error

    def digested() -> Iterator[bytes]:
        for line in left:
            digest.update(line)
            yield line

    offers = list(offers_of_lines(digested()))
    if len({offer.dataset for offer in offers}) < len(offers):
        raise ContentError("its index has a data set twice")
    if digest.hexdigest() != sha256:
        raise ContentError("its index is not as it was written")
    return offers
