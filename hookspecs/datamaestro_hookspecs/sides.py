"""Sides: what data sets are moved from, and to.

A side is a data directory, or something that keeps data sets as one does. Whatever is moved goes
from a *source* to a *receiver*::

    source.offers(references)           what is there, those first that others are made of
    receiver.lacking(offer)             which files of it the receiver has to be sent
    with receiver.deliver(offer) as delivery:
        delivery.lacking                the same, now that nobody else may change it
        delivery.receive(source.read(offer, delivery.lacking))
        delivery.commit()               all is there and right: let it be seen

The core has both for a data directory of this computer, and does the rest once for all: what is
wanted, several streams, limits, progress, a second try. A side has neither to know what data sets
are nor that datamaestro is on another computer: it keeps what an offer says and gives it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from datamaestro_hookspecs.offers import Content, Offer, Wanted


@runtime_checkable
class Source(Protocol):
    """A side from which data sets are taken."""

    @property
    def name(self) -> str:
        """What users call it."""

    @property
    def streams(self) -> int:
        """How many threads may be in :meth:`read` at once."""

    def offers(self, references: Sequence[str]) -> Iterable[Offer]:
        """Return what is there of data sets, and of those that they are made of; these come first.

        Args:
            references: ``id`` or ``id@repository``; none: all that is there.

        Raises:
            DatasetNotFound: there is no such data set.
            ContentError: what is on record of one is damaged.
        """

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        """Yield the content of each file that is wanted, in that order.

        What is wanted is asked for one by one, or some in advance, and what it is may be decided
        only then: threads share what there is to do.

        Raises:
            ContentError: a file has another size than was offered; the message names it.
            StorageError: a file cannot be read.
            TransferError: the connection is lost.
        """


@runtime_checkable
class Mending(Protocol):
    """What a source may do besides: say what is to be done where something of it is wrong."""

    def to_mend(self, dataset: str) -> str:
        """Return the next step for the user, where a data set that was offered is damaged."""


@runtime_checkable
class Filtering(Protocol):
    """What a source may do besides: choose among what it has."""

    def filtered(self, references: Sequence[str], filters: Sequence[str]) -> Sequence[str]:
        """Return the full identities of those data sets that ``list --filter`` finds there.

        Args:
            references: ``id`` or ``id@repository``; none: all.
            filters: expressions, all of which have to hold.

        Raises:
            DatasetNotFound: there is no such data set.
            UsageError: an expression cannot be understood.
        """


class Delivery(Protocol):
    """One data set on its way into a receiver."""

    @property
    def lacking(self) -> Sequence[Wanted]:
        """The files that are to be sent."""

    def receive(self, contents: Iterable[Content]) -> Sequence[str]:
        """Take contents, and keep them where nobody sees them yet; return the wrong ones.

        The SHA-256 of each whole file is compared with what was offered. What is wrong is not kept,
        and its path is returned. What is right, and what has arrived of a file when this is
        interrupted, is kept for the next delivery of the data set.

        Raises:
            StorageError: it cannot be written.
            TransferError: the connection is lost.
        """

    def commit(self) -> None:
        """Let the data set be seen: all of it, where before there was nothing, or an earlier one.

        Raises:
            StorageError: it cannot be recorded.
        """


@runtime_checkable
class Receiver(Protocol):
    """A side to which data sets are brought."""

    @property
    def name(self) -> str:
        """What users call it."""

    @property
    def streams(self) -> int:
        """How many threads may be in :meth:`Delivery.receive` at once."""

    def lacking(self, offer: Offer) -> Sequence[Wanted]:
        """Return the files of an offer that are not there; nothing is written.

        A file is there if the receiver has one of that SHA-256 on record, and its size and time are
        still those on record, or else its content is read and is right. What an interrupted
        delivery has left is there, too.
        """

    def deliver(self, offer: Offer) -> AbstractContextManager[Delivery]:
        """Begin to receive a data set; without :meth:`Delivery.commit` all is as it was before.

        Raises:
            StorageError: there is not so much room, or nothing may be written.
            BusyError: somebody else is at it, and the wait timed out.
        """


@runtime_checkable
class Replacing(Protocol):
    """What a receiver may do besides: say what goes for what is brought."""

    def replaces(self, offer: Offer) -> Sequence[str]:
        """Return the names of the resources of which the receiver has another version.

        When an offer is committed, it goes to where it can be brought back from.
        """


@runtime_checkable
class Limited(Protocol):
    """What a receiver may do besides: say how much room it has."""

    def free(self) -> int:
        """Return the bytes that may still be written.

        Raises:
            StorageError: it cannot be told.
        """


class Side(Protocol):
    """A source, a receiver or both, open until the end of a ``with`` block."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
