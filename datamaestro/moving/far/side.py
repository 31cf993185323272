"""A side on another computer: what is asked of it, is asked of its agent there."""

from __future__ import annotations

import json
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from itertools import groupby, islice
from typing import TYPE_CHECKING, Self

from attrs import define

from datamaestro.advice import command_for
from datamaestro.errors import ContentError, DatamaestroError, StorageError, UsageError
from datamaestro.moving.differing import content_of, copied, may_differ
from datamaestro.moving.far.agent import key_of
from datamaestro.moving.far.delivery import FarDelivery, texts_said
from datamaestro.moving.far.passing import contents as contents_of
from datamaestro.moving.far.passing import give_lines, lines
from datamaestro.moving.far.talk import unknown
from datamaestro_hookspecs.offers import Offer, Wanted, offers_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from datamaestro.moving.differing import Deltas
    from datamaestro.moving.far.session import Session
    from datamaestro.moving.far.talk import Talk
    from datamaestro_hookspecs.offers import Content

AHEAD = 2
"""Batches of files that are asked for before they come, so that nobody waits for the other."""

MOST_FILES, MOST_BYTES, MOST_TEXT = 64, 4 << 20, 1 << 14
"""Of a batch: its files, their bytes and the characters of their paths."""


@define(eq=False)
class FarSide:
    """A side on another computer; a source and a receiver, for one thread.

    Args:
        name: what users call it.
        session: with its agent.
        deltas: sends the difference to another version of a file; None: that cannot be done.
    """

    name: str
    session: Session
    deltas: Deltas | None = None
    streams: int = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.session.close()

    def offers(self, references: Sequence[str]) -> list[Offer]:
        """Return what is there of data sets, and of those that they are made of."""
        with self.session.asked("offers", references=list(references)) as talk:
            try:
                offers = list(offers_of_lines(lines(talk)))
            except ContentError:
                self.session.close()  # what is left of them may be endless
                raise
            talk.message("done")
        return offers

    def filtered(self, references: Sequence[str], filters: Sequence[str]) -> list[str]:
        """Return the full identities of those data sets that filters find there.

        Raises:
            UsageError: a filter cannot be understood; or datamaestro there knows none.
        """
        asked = {"references": list(references), "filters": list(filters)}
        try:
            with self.session.asked("filtered", **asked) as talk:
                return texts_said(talk.message("done"), talk)
        except DatamaestroError as error:
            if unknown("filtered") not in error.message:
                raise
            raise UsageError(
                f"{self.session.host}: datamaestro there is too old to say what a filter finds",
                hint="use ids, or install a newer one there",
            ) from error

    def read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        """Yield the content of each file that is wanted; some are asked for in advance."""
        for differs, some in groupby(wanted, lambda one: self.deltas and may_differ(one)):
            if differs:
                for one in some:
                    yield from self._changed(offer, one)
            else:
                yield from self._read(offer, some)

    def to_mend(self, dataset: str) -> str:
        """Return what is to be done where something of a data set is wrong there."""
        return f"mend it there: {command_for(self.session.options, 'repair', dataset)}"

    def _read(self, offer: Offer, wanted: Iterable[Wanted]) -> Iterator[Content]:
        with self.session.asked("read", True, dataset=offer.dataset) as talk:
            orders = _orders(wanted)
            left = deque(talk.order(one) for one in islice(orders, AHEAD))
            for content in contents_of(talk):
                yield content
                left[0] -= 1
                if not left[0]:
                    left.popleft()
                    left += [talk.order(one) for one in islice(orders, 1)]

    def _changed(self, offer: Offer, wanted: Wanted) -> Iterator[Content]:
        """Yield the content of a file of which another version is here."""
        found = self.session.ask("place", dataset=offer.dataset, path=wanted.path, size=wanted.size)
        if isinstance(found, list) and found and wanted.other and self.deltas:
            place, executable = str(found[0]), bool(found[-1])
            with ExitStack() as stack:
                copy = came = None
                with suppress(StorageError):  # there may be no room for a copy
                    copy = stack.enter_context(copied(wanted.other))
                    came = self.deltas.fetch(place, copy)
                if copy is not None and came is not None:
                    yield from content_of(copy, wanted.path, executable=executable, travelled=came)
                    return
                # where the connection was cut, this fails, and the copy is of use the next time
                self.session.ask("free")
        yield from self._read(offer, [wanted])

    def lacking(self, offer: Offer) -> list[Wanted]:
        """Return the files of an offer that are not there."""
        return [one for one, _ in self._lacking("lacking", offer)]

    def free(self) -> int:
        """Return the bytes that may still be written there."""
        with self.session.asked("free") as talk:
            found = talk.message("done")
            if type(found) is not int:
                raise talk.lost("it does not say how much room there is")
        return found

    def replaces(self, offer: Offer) -> list[str]:
        """Return the names of the resources of which another version is there."""
        with self._asked_of("replaces", offer) as talk:
            return texts_said(talk.message("done"), talk)

    @contextmanager
    def _asked_of(self, do: str, offer: Offer) -> Iterator[Talk]:
        with self.session.asked(do, dataset=offer.dataset, key=key_of(offer)) as talk:
            if not talk.message("known"):
                give_lines(talk, offer.lines())
                talk.flush()
            yield talk

    def _lacking(self, do: str, offer: Offer) -> list[tuple[Wanted, bool]]:
        """Return what is wanted of an offer, and of which the difference could be enough."""
        with self._asked_of(do, offer) as talk:
            found = [
                _wanted(line, talk, number < len(offer.files))
                for number, line in enumerate(lines(talk))
            ]
            talk.message("done")
        return found

    @contextmanager
    def deliver(self, offer: Offer) -> Iterator[FarDelivery]:
        """Begin to receive a data set."""
        found = self._lacking("deliver", offer)
        differing = {one.path for one, differs in found if differs and self.deltas}
        try:
            yield FarDelivery(self.session, [one for one, _ in found], self.deltas, differing)
        except BaseException:
            with suppress(DatamaestroError):
                self.session.leave()
            raise
        self.session.leave()


def _orders(wanted: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Iterate over files, a few at a time, so many as are answered in a moment; at last, none."""
    batch: list[Wanted] = []
    size = text = 0
    for one in wanted:
        batch.append(one)
        size, text = size + one.count, text + len(one.path)
        if len(batch) >= MOST_FILES or size >= MOST_BYTES or text >= MOST_TEXT:
            yield batch
            batch, size, text = [], 0, 0
    if batch:
        yield batch
    yield []


def _wanted(line: bytes, talk: Talk, expected: bool) -> tuple[Wanted, bool]:
    """Return what a line says is wanted, and whether the difference could be enough."""
    if not expected:
        raise talk.lost("it wants more files than there are")
    with suppress(ValueError, TypeError):
        path, size, offset, differs = json.loads(line)
        numbers = type(size) is type(offset) is int
        if isinstance(path, str) and numbers and 0 <= offset <= size:
            return Wanted(path, size, offset), bool(differs)
    raise talk.lost("it does not say which file it wants")
