"""Copying data sets from one side to another: what every way of moving them comes down to."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from datamaestro.engine.throttle import Throttle
from datamaestro.errors import ContentError
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.offers import to_mend
from datamaestro.moving.progress import Progress
from datamaestro.moving.streams import Streams
from datamaestro.store.space import require_room
from datamaestro_hookspecs.offers import Wanted
from datamaestro_hookspecs.sides import Limited, Replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from datamaestro.context import Context
    from datamaestro_hookspecs.offers import Offer
    from datamaestro_hookspecs.sides import Delivery, Receiver, Source


@frozen
class Moved:
    """What has been moved of a data set, or would be.

    Args:
        dataset: full identity.
        files: that travel.
        size: bytes that travel.
        total_files: of the data set.
        total_size: bytes of the data set.
        missing: names of resources that the source does not have, be it that they were never made
            there, or that their files are gone.
        replaces: names of resources of which the receiver had another version, which is in its
            trash then.
        paths: of the files that would travel; not told of what has.
    """

    dataset: str
    files: int
    size: int
    total_files: int
    total_size: int
    missing: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, offer: Offer, wanted: Sequence[Wanted], replaces: Sequence[str] = ()) -> Moved:
        """Return what is moved of an offer."""
        return cls(
            dataset=offer.dataset,
            files=len(wanted),
            size=sum(one.count for one in wanted),
            total_files=sum(not facts.link for facts in offer.files),
            total_size=offer.size,
            missing=(*offer.lost, *offer.missing),
            replaces=tuple(replaces),
        )


@define
class Copying:
    """Copies data sets from one side to another.

    Args:
        source: where from.
        receiver: where to.
        context: whose settings say how many files at once, and how fast; its plugins are told.
        once: whether the source is read once: no file of it is gone on with, which would have to be
            sent again should its beginning turn out wrong.
    """

    source: Source
    receiver: Receiver
    context: Context
    once: bool = False
    _throttle: Throttle = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._throttle = Throttle(self.context.settings.rate)

    def foresee(self, offers: Iterable[Offer]) -> Iterator[Moved]:
        """Iterate over what would be moved of each data set; nothing is written.

        Raises:
            DatamaestroError: it could not be done.
        """
        offers = list(offers)
        self._require_room(offers)
        for offer in offers:
            wanted = self.receiver.lacking(offer)
            paths = tuple(one.path for one in wanted)
            yield evolve(self._moved(offer, wanted), paths=paths)

    def copy(self, offers: Iterable[Offer]) -> Iterator[Moved]:
        """Copy data sets one after the other, each of which is seen as soon as it is complete.

        Raises:
            DatamaestroError: it could not be done; what has arrived of a data set is kept for the
                next time.
        """
        offers = list(offers)
        self._require_room(offers)
        for offer in offers:
            with self.receiver.deliver(offer) as delivery:
                moved = self._fill(offer, delivery)
                delivery.commit()
            yield moved

    def copy_together(self, offers: Iterable[Offer], finish: Callable[[], None]) -> Iterator[Moved]:
        """Copy data sets, of which none is seen before all are complete.

        Args:
            offers: of them.
            finish: is called before the first is seen.

        Raises:
            DatamaestroError: it could not be done.
        """
        offers = list(offers)
        self._require_room(offers)
        with ExitStack() as stack:
            deliveries = {  # in an order that is everybody's, so that no two wait for each other
                offer.dataset: stack.enter_context(self.receiver.deliver(offer))
                for offer in sorted(offers, key=lambda one: one.dataset)
            }
            moved = [self._fill(offer, deliveries[offer.dataset]) for offer in offers]
            finish()
            for offer in offers:
                deliveries[offer.dataset].commit()
        yield from moved

    def _require_room(self, offers: Sequence[Offer]) -> None:
        """Make sure that there is room for all together; each is asked for its own besides.

        What lacks of each is only asked for where the whole of all would not fit.

        Raises:
            StorageError: there is not.
        """
        receiver = self.receiver
        if len(offers) < 2 or not isinstance(receiver, Limited):
            return
        free = receiver.free()
        if sum(offer.size for offer in offers) > free:
            needed = sum(one.count for offer in offers for one in receiver.lacking(offer))
            require_room(receiver.name, needed, free)

    def _fill(self, offer: Offer, delivery: Delivery) -> Moved:
        """Send what a receiver lacks."""
        source, receiver, wanted = self.source, self.receiver, delivery.lacking
        if self.once:
            wanted = [evolve(one, offset=0) for one in wanted]
        moved = self._moved(offer, wanted)
        if not wanted:
            return moved
        folder = str(receiver.folder(offer)) if isinstance(receiver, LocalSide) else ""
        progress = Progress(offer, source.name, receiver.name, self.context.plugins.send, folder)
        jobs = min(self.context.settings.jobs, source.streams, receiver.streams)
        streams = Streams(source, offer, delivery, jobs, self._throttle, progress)
        progress.begin(wanted)
        failure = ""
        try:
            self._send(offer, streams, wanted)
        except BaseException as error:
            failure = str(error) or type(error).__name__
            raise
        finally:
            progress.end(failure)
        return evolve(moved, size=streams.travelled)

    def _moved(self, offer: Offer, wanted: Sequence[Wanted]) -> Moved:
        """Return what is to be moved, which is nothing but files that are offered.

        Raises:
            ContentError: it wants something else, which is none of its business.
        """
        sizes = {facts.path: facts.size for facts in offer.files if not facts.link}
        for one in wanted:
            if sizes.get(one.path) != one.size or not 0 <= one.offset <= one.size:
                raise ContentError(
                    f"{self.receiver.name} wants {one.path!a} of {offer.dataset}, which is not "
                    "what is offered to it"
                )
        receiver = self.receiver
        replaces = receiver.replaces(offer) if isinstance(receiver, Replacing) else ()
        return Moved.of(offer, wanted, replaces)

    def _send(self, offer: Offer, streams: Streams, wanted: Sequence[Wanted]) -> None:
        """Send files; those that were continued, and are wrong, once more from their beginning."""
        wrong = streams.move(wanted)
        continued = {one.path: one for one in wanted if one.offset}
        again = [Wanted(path, continued[path].size) for path in wrong if path in continued]
        lost = [path for path in wrong if path not in continued]
        if again:
            lost += streams.move(again)
        if lost:
            more = f" and {len(lost) - 1} more files are" if len(lost) > 1 else " is"
            raise ContentError(
                f"{offer.dataset}: {lost[0]}{more} not what is on record in {self.source.name}",
                hint=to_mend(self.source, offer.dataset),
            )
