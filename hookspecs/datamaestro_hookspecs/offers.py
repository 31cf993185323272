"""What travels between data directories: offers of data sets, and the content of their files."""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.places import folders_above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

DAMAGED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading JSON raises that does not say what it should."""


@frozen
class Offer:
    """A data set as a side has it: plain values, which JSON can say.

    Args:
        dataset: full identity, ``id@repository``.
        record: what is there, per resource, as the data directory records it; carried as it is.
        files: and links, each once, sorted by path.
        description: what is said of the data set, so that it can be used where its repository is
            not installed; carried as it is, empty where there is none.
        needs: full identities of the data sets that it is made of.
        missing: names of the resources that were never made there.
        lost: names of those that the side has on record, and whose files are gone.
    """

    dataset: str
    record: Mapping[str, Any]
    files: tuple[FileFacts, ...] = field(repr=False)
    description: str = field(default="", repr=False)
    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its qualified name."""
        return self.dataset.rpartition("@")[0]

    @property
    def repository(self) -> str:
        """The name of the repository that defines it."""
        return self.dataset.rpartition("@")[2]

    @property
    def identity(self) -> str:
        """The same as :attr:`dataset`, as a card calls it."""
        return self.dataset

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(facts.size for facts in self.files)

    def lines(self) -> Iterator[str]:
        """Iterate over lines of JSON that say it: one for all but the files, then one per file."""
        head = {
            "dataset": self.dataset,
            "record": dict(self.record),
            "description": self.description,
            "needs": list(self.needs),
            "missing": list(self.missing),
            "lost": list(self.lost),
            "files": len(self.files),
        }
        yield json.dumps(head, sort_keys=True) + "\n"
        for facts in self.files:
            yield facts.as_line()

    @classmethod
    def of_lines(cls, lines: Iterator[bytes | str]) -> Offer:
        """Return the offer that some lines say, and take no more of them.

        Raises:
            ContentError: they say none.
        """
        try:
            head = json.loads(next(lines))
            files = tuple(map(FileFacts.of_line, islice(lines, head["files"])))
            if len(files) < head["files"]:
                raise ValueError("it ends too early")
            offer = cls(
                dataset=head["dataset"],
                record=head["record"],
                files=files,
                description=head["description"],
                needs=tuple(head["needs"]),
                missing=tuple(head["missing"]),
                lost=tuple(head["lost"]),
            )
            offer.check()
        except (StopIteration, *DAMAGED) as error:
            raise ContentError(f"an offer cannot be understood: {error}") from error
        return offer

    def check(self) -> None:
        """Make sure that it can be one; it may come from strangers.

        Raises:
            ValueError: it cannot.
            TypeError: likewise.
        """
        texts = (self.dataset, self.description, *self.needs, *self.missing, *self.lost)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.record, dict):
            raise TypeError("a text is none")
        paths = set()
        for facts in self.files:
            facts.check()
            if facts.size < 0:
                raise ValueError(f"{facts.path!r} has less than no bytes")
            if facts.path in paths:
                raise ValueError(f"{facts.path!r} is in it twice")
            paths.add(facts.path)
        inner = {facts.path.rpartition("/")[0] for facts in self.files} - {""}
        for folder in inner | {above for path in inner for above in folders_above(path)}:
            if folder in paths:
                raise ValueError(f"{folder!r} is both a file and a folder")


@frozen
class OtherVersion:
    """Another version of a file that is wanted: with its help, only the difference need travel.

    Args:
        file: where the receiver has it, on its own computer.
        scratch: a folder there, made or not, for what is made from it.
    """

    file: Path
    scratch: Path


@frozen
class Wanted:
    """A file of an offer that a receiver lacks.

    Args:
        path: as the offer has it.
        size: of the whole file, in bytes.
        offset: of the first byte that is wanted; what is before it has arrived earlier.
        other: version of it that is there.
    """

    path: str
    size: int
    offset: int = 0
    other: OtherVersion | None = field(default=None, eq=False)

    @property
    def count(self) -> int:
        """Bytes that are to travel."""
        return self.size - self.offset


def _unheard(count: int) -> None:
    pass


@define(eq=False)
class Content:
    """The content of a file that was wanted; of use until the next one is asked for.

    Args:
        path: as the offer has it.
        size: of the whole file, in bytes.
        readinto: fill a part of a buffer with what comes next, return the number of bytes, 0 at the
            end.
        offset: of the first byte that ``readinto`` gives: the one that was wanted, or 0.
        executable: whether the file may be run.
        file: where the file is, if that is on this computer's disk. It may be read there instead.
        passed: to be told of bytes that were taken from :attr:`file`.
        saved: bytes of it that did not travel, since they were there in another version.
    """

    path: str
    size: int
    readinto: Callable[[memoryview], int]
    offset: int = 0
    executable: bool = False
    file: Path | None = None
    passed: Callable[[int], None] = _unheard
    saved: int = 0


def offers_of_lines(lines: Iterable[bytes | str]) -> Iterator[Offer]:
    """Iterate over the offers that some lines say, until there are no more lines.

    Raises:
        ContentError: they say none.
    """
    left: Iterator[bytes | str] = iter(lines)
    for line in left:
        yield Offer.of_lines(chain([line], left))
