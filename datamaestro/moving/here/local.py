"""The local side: a data directory of this computer, as source and as receiver."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from attrs import define, field

from datamaestro.advice import meant_for
from datamaestro.engine.heart import Heart
from datamaestro.errors import DatamaestroError, StorageError, UsageError
from datamaestro.house.absent import refuse_absent
from datamaestro.moving.here.accepted import Accepted
from datamaestro.moving.here.delivery import LocalDelivery
from datamaestro.moving.here.lacking import lacking, to_make
from datamaestro.moving.here.present import Present
from datamaestro.moving.here.replacing import replaced
from datamaestro.moving.here.source import LocalSource
from datamaestro.moving.here.staging import Staging, left_behind
from datamaestro.store.faults import storage_errors
from datamaestro.store.holdings import Holding
from datamaestro.store.lock import locked
from datamaestro.store.records import DatasetRecords
from datamaestro.store.space import free_space, require_space
from datamaestro.store.writers import start_writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.store.owner import Owner
    from datamaestro.store.writers import Writer
    from datamaestro_hookspecs.offers import Content, Offer, Wanted

STREAMS = 64
"""Files that may be read or written at once; how many are, is said elsewhere."""


NAMED = "see that its name is right, and its disk mounted"
"""What helps where a data directory that was named is none."""


@define
class Writers:
    """The writers of a side, which one heart keeps alive."""

    _writing: list[Writer] = field(factory=list)
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def writer(self) -> Self:
        """Where they show that they are alive."""
        return self

    def watch(self) -> None:
        """Do nothing: no connection of theirs can stall."""

    def sign(self, owner: Owner, beat: int) -> None:
        """Say for each that it still works."""
        with self._lock:
            for each in self._writing:
                with suppress(StorageError):  # a full disk is found out by who writes data
                    each.sign(owner, beat)

    @contextmanager
    def start(self, partial: Path) -> Iterator[Writer]:
        """Give a new writer; in the end it is signed for no more, and then leaves."""
        writer = start_writing(partial)
        with self._lock:
            self._writing.append(writer)
        try:
            yield writer
        finally:
            with self._lock:
                self._writing.remove(writer)
            writer.leave()


class LocalSide(LocalSource):
    """A data directory, whose name is its path.

    Args:
        context: of the data directory.
        alone: whether nothing is taken from the shared ones that belong to it.
        follow_links: whether links that lead out of it are followed; whoever has made it may have
            made them, too.
        options: that have a command act there; none: it is the one in use.
    """

    streams = STREAMS

    def __init__(
        self,
        context: Context,
        *,
        alone: bool = False,
        follow_links: bool = True,
        options: tuple[str, ...] = (),
    ) -> None:
        stores = (context.store,) if alone else context.stores
        root = context.store.root
        within = None if follow_links else root.resolve()
        super().__init__(context, str(root), stores, within, options)
        self._accepted: Accepted | None = None
        self._alone = alone
        self._writers = Writers()
        self._heart = Heart(self._writers)

    def __enter__(self) -> Self:
        if self._alone and os.path.isfile(self.context.store.root):  # noqa: PTH113 - which goes on
            raise UsageError(f"{self.name} is a file, and no data directory", hint=NAMED)
        self._heart.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._heart.__exit__(*exception)
        error = exception[1] if exception else None
        if isinstance(error, DatamaestroError) and str(self.context.store.root) in error.message:
            error.hint = meant_for(error.hint, self.options)

    def accept(self, offer: Offer) -> Accepted:
        """Look at an offer, once, as it may be long, and more than one thing is asked of it.

        Raises:
            ContentError: it cannot be used.
        """
        if self._accepted is None or self._accepted.offer is not offer:
            self._accepted = Accepted.of(offer, self.context.store)
        return self._accepted

    def offers(self, references: Sequence[str]) -> list[Offer]:
        """Return what is there of data sets, and of those that they are made of; these come first.

        Raises:
            UsageError: there is no such data directory.
            StorageError: that of the user's own is not there, nor is anything in the others.
        """
        self._require_directory()
        found = super().offers(references)
        refuse_absent(self.context.store, found)
        return found

    def filtered(self, references: Sequence[str], filters: Sequence[str]) -> list[str]:
        """Return the full identities of those data sets that ``list --filter`` finds there.

        Raises:
            UsageError: there is no such data directory, or a filter cannot be understood.
            StorageError: that of the user's own is not there, nor is anything in the others.
        """
        self._require_directory()
        found = super().filtered(references, filters)
        refuse_absent(self.context.store, found)
        return found

    def _require_directory(self) -> None:
        if self._alone and not os.path.isdir(self.context.store.root):  # noqa: PTH112 - likewise
            raise UsageError(f"there is no data directory {self.name}", hint=NAMED)

    def folder(self, offer: Offer) -> Path:
        """Return the folder of what is offered, when it is there."""
        return Holding(self.context.store, offer.id, offer.repository).folder

    def free(self) -> int:
        """Return the bytes that may still be written there.

        Raises:
            StorageError: it cannot be told.
        """
        root = self.context.store.root
        with storage_errors(root):
            return free_space(root)

    def is_at(self, other: LocalSide) -> bool:
        """Return whether it is the same data directory as another side."""
        with suppress(OSError):
            return self.context.store.root.samefile(other.context.store.root)
        return False

    def lacking(self, offer: Offer) -> list[Wanted]:
        """Return the files of an offer that are not there; nothing is written.

        Raises:
            ContentError: the offer cannot be used.
            StorageError: something cannot be read, or there is not so much room.
        """
        accepted = self.accept(offer)
        partial = self.context.store.partial(accepted.holding)
        left = [Staging(one, accepted.resources) for one in left_behind(partial)]
        wanted = lacking(accepted, Present(accepted.holding), left)
        require_space(partial, sum(one.count for one in wanted))
        return wanted

    def replaces(self, offer: Offer) -> list[str]:
        """Return the names of the resources of which another version is there.

        Raises:
            ContentError: the offer cannot be used.
            StorageError: something cannot be read.
        """
        return replaced(self.accept(offer))

    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[LocalDelivery | Unchanged]:
        """Begin to receive a data set; without a commit all is as it was before.

        Where nothing may be written, what is there as it is offered stays so.

        Raises:
            ContentError: the offer cannot be used.
            StorageError: there is not so much room, or nothing may be written.
            BusyError: another process is at it, and the wait timed out.
        """
        store, accepted = self.context.store, self.accept(offer)
        holding = accepted.holding
        if _is_only_read(store.root) and _is_there(accepted):
            yield Unchanged()
            return
        timeout = self.context.settings.lock_timeout
        with locked(store.lock(holding), holding.identity, timeout):
            records = DatasetRecords(store, holding)
            records.check_writable()
            with self._writers.start(store.partial(holding)) as writer:
                delivery = LocalDelivery(accepted, Present(holding), records, writer)
                require_space(writer.folder, sum(one.count for one in delivery.lacking))
                yield delivery


class Unchanged:
    """The delivery of what is there, in a data directory that is only read."""

    lacking: Sequence[Wanted] = ()

    def receive(self, contents: Iterable[Content]) -> list[str]:
        """Take nothing, since nothing is lacking."""
        return [content.path for content in contents]

    def commit(self) -> None:
        """Do nothing: all is seen."""


def _is_only_read(root: Path) -> bool:
    return os.path.isdir(root) and not os.access(root, os.W_OK | os.X_OK)  # noqa: PTH112 - likewise


def _is_there(accepted: Accepted) -> bool:
    """Return whether all that is offered is there, and is anything."""
    return bool(accepted.resources.entries) and not to_make(accepted, Present(accepted.holding))
