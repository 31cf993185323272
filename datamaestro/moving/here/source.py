"""A data directory of this computer, as the source of what is moved."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.advice import command_for, meant_for
from datamaestro.errors import ContentError, DatamaestroError, DatasetNotFound, UsageError
from datamaestro.house.held import held
from datamaestro.moving.here.composed import composed
from datamaestro.moving.here.descriptions import Told, told_of
from datamaestro.moving.here.offered import Offered
from datamaestro.moving.offers import leaving_out
from datamaestro.store.faults import storage_error
from datamaestro.store.holdings import Holding
from datamaestro_hookspecs.offers import Content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from datamaestro.context import Context
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.offers import Offer, Wanted


@define
class LocalSource:
    """Offers what a data directory has, and reads it.

    Args:
        context: of the data directory.
        name: what users call it.
        stores: where data sets are looked for: in the data directory, and then perhaps in others.
        within: the folder, without links, out of which no link is followed; None: all are.
        options: that have a command act there; none: it is the one in use.
    """

    context: Context
    name: str
    stores: tuple[Store, ...]
    within: Path | None = None
    options: tuple[str, ...] = ()
    _offered: dict[str, Offered] = field(factory=dict)
    _changed: dict[str, str] = field(factory=dict)

    def offers(self, references: Sequence[str]) -> list[Offer]:
        """Return what is there of data sets, and of those that they are made of; these come first.

        Args:
            references: ``id`` or ``id@repository``; none: all that is in the data directory.

        Raises:
            DatasetNotFound: there is no such data set.
            ContentError: what is on record of one is damaged.
            StorageError: something cannot be read.
        """
        with self._advising():
            return self._offers(references)

    def filtered(self, references: Sequence[str], filters: Sequence[str]) -> list[str]:
        """Return the full identities of those data sets that ``list --filter`` finds there.

        Args:
            references: ``id`` or ``id@repository``; none: all that is in the data directory.
            filters: expressions, all of which have to hold.

        Raises:
            DatasetNotFound: there is no such data set.
            StorageError: something cannot be read.
            UsageError: an expression cannot be understood.
        """
        from datamaestro.moving.here.filtered import filtered  # which most moves do without

        with self._advising():
            return filtered(self.context, list(self._named(references)), filters, self._lost)

    @contextmanager
    def _advising(self) -> Iterator[None]:
        """Let what is advised act in this data directory."""
        try:
            yield
        except DatamaestroError as error:
            error.hint = meant_for(error.hint, self.options)
            raise

    def _named(self, references: Sequence[str]) -> Iterable[Holding]:
        """Return what references name; all that is in the data directory, where there are none."""
        return map(self._holding, references) if references else held(self.context.store, ())

    def to_mend(self, dataset: str) -> str:
        """Return what is to be done where something of a data set that is offered is wrong."""
        store, options = self._offered[dataset].holding.store, self.options
        if store.root != self.context.store.root:
            options = ("--data", str(store.root))
        return f"mend it: {command_for(options, 'repair', dataset)}"

    def _offers(self, references: Sequence[str]) -> list[Offer]:
        found: dict[str, Offer] = {}
        wrong: dict[str, ContentError] = {}
        named = list(self._named(references))
        for holding in named:
            try:
                self._add(holding, found, set())
                self._refuse_lost(holding)
            except ContentError as error:
                wrong[holding.identity] = error
        for first in wrong.values():
            if len(wrong) < len(named):
                first.hint += f"; or move the others: {leaving_out(list(wrong))}"
            raise first
        return list(found.values())

    def _refuse_lost(self, holding: Holding) -> None:
        """Refuse to offer a data set of which no file is there.

        Raises:
            ContentError: it is one.
        """
        offered = self._offered[holding.identity]
        if offered.lost and not offered.entries:
            raise ContentError(
                f"{holding.identity}: nothing of what is on record is in {holding.folder}",
                hint=f"bring it back: datamaestro repair {holding.identity}",
            )

    def has(self, reference: str) -> bool:
        """Return whether a reference names a data set that is there."""
        with suppress(DatasetNotFound, UsageError):
            self._holding(reference)
            return True
        return False

    def _holding(self, reference: str) -> Holding:
        """Return what a reference names, in the first data directory that has it."""
        for store in self.stores:
            with suppress(DatasetNotFound):
                return held(store, [reference])[0]
        found = composed(self.context, reference)
        if found is not None and any(map(self._needed, told_of(self.context, found).needs)):
            return found
        return held(self.context.store, [reference])[0]  # which says that there is none

    def _needed(self, identity: str) -> Holding | None:
        """Return what is there of a data set that another one is made of."""
        for store in self.stores:
            holding = Holding.of(store, identity)
            if holding.manifest().entries:
                return holding
        return composed(self.context, identity)

    def _lost(self, holding: Holding) -> list[str]:
        """Return which of the data sets are not there that one is made of, however far down."""
        lost, seen, left = [], {holding.identity}, [holding]
        while left:
            for other in told_of(self.context, left.pop()).needs:
                if other in seen:
                    continue
                seen.add(other)
                needed = self._needed(other)
                if needed is None:
                    lost.append(other)
                else:
                    left.append(needed)
        return lost

    def _add(self, holding: Holding, found: dict[str, Offer], around: set[str]) -> None:
        """Offer a data set after those that it is made of.

        Args:
            holding: of it.
            found: what has been offered.
            around: data sets that are being offered, which may not need each other.
        """
        if holding.identity in found or holding.identity in around:
            return
        told = told_of(self.context, holding)
        lost = []
        for other in told.needs:
            needed = self._needed(other)
            if needed is None:
                lost.append(other)
            else:
                self._add(needed, found, around | {holding.identity})
        offered = self._offered[holding.identity] = self._offer(holding)
        self._changed |= offered.changed
        missing = (*_missing(told, offered), *lost)
        found[holding.identity] = offered.offer(told.text, told.needs, missing)

    def _offer(self, holding: Holding) -> Offered:
        """Look at what is there of a data set: nothing of its own, where it is made of others."""
        if not holding.manifest().entries and composed(self.context, holding.identity) is not None:
            return Offered(holding)
        return Offered.of(holding, self._changed, self.within)

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        """Yield the content of each file that is wanted, in that order.

        Raises:
            ContentError: a file has another size than is on record, or is not offered.
            StorageError: a file cannot be read.
        """
        offered = self._offered[offer.dataset]
        for one in wanted:
            place = offered.place(one.path)
            file, executable = _opened(place, one, offer)
            try:
                yield _content(one, file, place, executable=executable)
            finally:
                os.close(file)


def _missing(told: Told, offered: Offered) -> Iterator[str]:
    """Iterate over the names of declared resources that are not on record."""
    known = {*offered.entries, *offered.lost}
    return (name for name in told.resources if name not in known)


def _opened(place: str, wanted: Wanted, offer: Offer) -> tuple[int, bool]:
    """Open a file at the byte that is wanted; return its descriptor, and whether it may be run."""
    try:
        file = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_size != wanted.size:
                raise changed(offer, place)
            if wanted.offset:
                os.lseek(file, wanted.offset, os.SEEK_SET)
        except BaseException:
            os.close(file)
            raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise changed(offer, place) from error
    except OSError as error:
        raise storage_error(error, Path(place)) from error
    return file, bool(status.st_mode & stat.S_IXUSR)


def _content(wanted: Wanted, file: int, place: str, *, executable: bool) -> Content:
    """Return what is in an open file from the byte on that is wanted."""

    def readinto(buffer: memoryview) -> int:
        try:
            return os.readv(file, [buffer])
        except OSError as error:
            raise storage_error(error, Path(place)) from error

    return Content(wanted.path, wanted.size, readinto, wanted.offset, executable, Path(place))


def changed(offer: Offer, file: str) -> ContentError:
    """Return the error that says that a file is not what is on record of it."""
    return ContentError(
        f"{offer.dataset}: {file} is not what is on record of it",
        hint=f"mend it where it is: datamaestro repair {offer.dataset}",
    )
