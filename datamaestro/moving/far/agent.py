"""The far side: a data directory here, for a datamaestro on another computer that has started this.

``python -m datamaestro.moving.far.agent`` greets on stdout, and then does what it is asked on stdin
(:mod:`datamaestro.moving.far.talk`), one thing after the other. When the other side has ended, or
nothing has been heard of it for too long, it ends, too; what has arrived is kept for the next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from contextlib import ExitStack, closing, suppress
from io import BufferedReader, BufferedWriter
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from datamaestro.errors import DatamaestroError, HostError
from datamaestro.moving.differing import content_of, copied, may_differ
from datamaestro.moving.far.passing import contents, give_contents, give_lines, lines, skip_contents
from datamaestro.moving.far.patience import Heeded, interrupt_when_alone, widen
from datamaestro.moving.far.talk import Talk, unknown
from datamaestro.remote.errors import said_of
from datamaestro.remote.frames import Frames, greet
from datamaestro.remote.handshake import BUFFER
from datamaestro.remote.hearing import Patient
from datamaestro_hookspecs.offers import Offer, Wanted
from datamaestro_hookspecs.sides import Limited, Replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from datamaestro.remote.frames import Message
    from datamaestro_hookspecs.sides import Delivery

MODULE = "datamaestro.moving.far.agent"
"""What is started on another computer."""

RSYNC = "rsync"
"""The program that sends differences; both sides need it."""

OTHER = "the other side"
"""The computer that asks, as messages here call it; it puts its own words to them."""


def key_of(offer: Offer) -> str:
    """Return a digest of all that an offer says."""
    digest = hashlib.sha256()
    for line in offer.lines():
        digest.update(line.encode())
    return digest.hexdigest()


@define(eq=False)
class Agent:
    """Does for a side on another computer what it asks of this one.

    Args:
        talk: with it.
        open_side: opens a data directory, which is a source and a receiver, whose locks are
            waited for so many seconds.
        hear_for: sets the seconds without a word after which the other side counts as gone.
    """

    talk: Talk
    open_side: Callable[[str, float], AbstractContextManager[Any]]
    hear_for: Callable[[float], None] = lambda seconds: None
    _side: Any = None
    _given: dict[str, Offer] = field(factory=dict)
    _taken: tuple[str, Offer] | None = None
    _delivery: Delivery | None = None
    _opened: ExitStack = field(factory=ExitStack)
    _delivering: ExitStack = field(factory=ExitStack)
    _copy: Path | None = None
    _copying: ExitStack = field(factory=ExitStack)

    def serve(self) -> None:
        """Do what is asked, until nothing is asked any more."""
        with self._opened, suppress(DatamaestroError), self._delivering, self._copying:
            self._opened.callback(self.talk.hush)
            while True:
                asked = self.talk.next()
                if isinstance(asked, bytes):
                    raise self.talk.lost("nothing was asked")
                self.talk.tell(self._answer(asked))

    def _answer(self, asked: Message) -> Message:
        try:
            return {"done": self._work(str(asked["do"]))(asked)}
        except Exception as error:  # whoever asked raises it
            if isinstance(error, HostError) and error.host == OTHER:
                raise
            return said_of(error)

    def _work(self, name: str) -> Callable[[Message], object]:
        work: dict[str, Callable[[Message], object]] = {
            "open": self._open,
            "offers": self._give_offers,
            "filtered": self._filtered,
            "read": self._read,
            "lacking": self._give_lacking,
            "replaces": self._replaces,
            "free": self._free,
            "deliver": self._deliver,
            "receive": self._receive,
            "copy": self._copy_other,
            "take": self._take,
            "place": self._place,
            "commit": self._commit,
            "leave": self._leave,
        }
        if name not in work:
            raise DatamaestroError(unknown(name))
        return work[name]

    def _open(self, asked: Message) -> None:
        timeout = float(asked["timeout"])
        self.hear_for(timeout)
        self.talk.beat(timeout)
        side = self.open_side(str(asked["directory"]), float(asked["lock_timeout"]))
        self._side = self._opened.enter_context(side)

    def _give_offers(self, asked: Message) -> None:
        offers: list[Offer] = list(self._side.offers(asked["references"]))
        self._given |= {one.dataset: evolve(one, files=()) for one in offers}
        give_lines(self.talk, (line for offer in offers for line in offer.lines()))

    def _filtered(self, asked: Message) -> list[str]:
        """Return the data sets that filters find."""
        return list(self._side.filtered(asked["references"], asked["filters"]))

    def _read(self, asked: Message) -> None:
        """Give the contents that are asked for while they are given."""
        offer = self._offered(asked)

        def wanted() -> Iterator[Wanted]:
            while "wanted" in (message := self._message()):
                for path, size, offset in message["wanted"]:
                    yield Wanted(path, size, offset)
                self.talk.flush()

        give_contents(self.talk, self._side.read(offer, wanted()))

    def _offered(self, asked: Message) -> Offer:
        """Return what this side has offered of a data set, but for its files."""
        dataset = str(asked["dataset"])
        if dataset not in self._given:
            for offer in self._side.offers([dataset]):
                self._given[offer.dataset] = evolve(offer, files=())
        return self._given[dataset]

    def _message(self) -> Message:
        found = self.talk.next()
        if isinstance(found, bytes):
            raise self.talk.lost("it gives what was not asked for")
        return found

    def _give_lacking(self, asked: Message) -> None:
        self._give_wanted(self._side.lacking(self._offer(asked)))

    def _replaces(self, asked: Message) -> list[str]:
        """Return of which resources another version is here."""
        offer = self._offer(asked)
        return list(self._side.replaces(offer)) if isinstance(self._side, Replacing) else []

    def _free(self, asked: Message) -> int:
        """Return how many bytes may still be written here; any, where that is not known."""
        return self._side.free() if isinstance(self._side, Limited) else sys.maxsize

    def _give_wanted(self, lacking: Sequence[Wanted]) -> None:
        words = ([one.path, one.size, one.offset, may_differ(one)] for one in lacking)
        give_lines(self.talk, (f"{json.dumps(one)}\n" for one in words))

    def _offer(self, asked: Message) -> Offer:
        """Return the offer that is spoken of; only an unknown one has to be said."""
        key = str(asked["key"])
        last = self._taken[1] if self._taken is not None and self._taken[0] == key else None
        known = last or self._own(str(asked["dataset"]), key)
        self.talk.tell({"known": known is not None})
        offer = known or Offer.of_lines(iter(list(lines(self.talk))))
        self._taken = key, offer
        return offer

    def _own(self, dataset: str, key: str) -> Offer | None:
        """Return the offer where this side could make the same."""
        with suppress(DatamaestroError):
            offers: Iterable[Offer] = self._side.offers([dataset])
            for offer in offers:
                if offer.dataset == dataset and key_of(offer) == key:
                    return offer
        return None

    def _deliver(self, asked: Message) -> None:
        offer = self._offer(asked)
        self._leave(asked)
        self._delivery = self._delivering.enter_context(self._side.deliver(offer))
        self._give_wanted(self._delivery.lacking)

    def _receive(self, asked: Message) -> list[str]:
        """Take what is given, up to its end, also where that is of no use any more."""
        try:
            wrong = self._at_work().receive(contents(self.talk))
            return list(wrong)
        except HostError:
            raise
        except Exception:
            self.talk.tell({"stop": True})
            skip_contents(self.talk)
            raise

    def _copy_other(self, asked: Message) -> str | None:
        """Return the place of a copy of another version of a file, where it can be changed."""
        others = {one.path: one.other for one in self._at_work().lacking if may_differ(one)}
        other = others.get(str(asked["path"]))
        if other is None or shutil.which(RSYNC) is None:
            return None
        self._copy = self._copying.enter_context(copied(other))
        return str(self._copy)

    def _take(self, asked: Message) -> list[str]:
        """Take what a copy has been changed to, if it is of use; return what is wrong."""
        with self._copying:
            if self._copy is None or not asked["changed"]:
                return []
            content = content_of(self._copy, str(asked["path"]), executable=asked["executable"])
            return list(self._at_work().receive(content))

    def _place(self, asked: Message) -> list[object] | None:
        """Return the place of a file that is offered, and whether it may be run."""
        if shutil.which(RSYNC) is None:
            return None
        wanted = Wanted(str(asked["path"]), int(asked["size"]))
        with closing(self._side.read(self._offered(asked), iter([wanted]))) as contents:
            for content in contents:
                return [str(content.file), content.executable] if content.file else None
        return None

    def _commit(self, asked: Message) -> None:
        self._at_work().commit()

    def _leave(self, asked: Message) -> None:
        self._delivery = None
        self._delivering.close()

    def _at_work(self) -> Delivery:
        if self._delivery is None:
            raise DatamaestroError("nothing is being delivered")
        return self._delivery


def _open_side(directory: str, lock_timeout: float) -> AbstractContextManager[Any]:
    from datamaestro.context import Context
    from datamaestro.moving.here.local import LocalSide

    context = Context(directory or None)
    context.settings = context.settings._replace(lock_timeout=lock_timeout)
    return LocalSide(context, alone=bool(directory))


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Serve on stdin and stdout; what others print meanwhile goes to stderr."""
    asker, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    for pipe in (asker, answers):
        widen(pipe)
    source = Patient(asker)
    sink = BufferedWriter(Heeded(answers, source), BUFFER)
    with suppress(BrokenPipeError, TimeoutError, KeyboardInterrupt), sink:
        greet(sink)
        interrupt_when_alone(asker)
        talk = Talk(Frames(BufferedReader(source, BUFFER), sink), OTHER)
        Agent(talk, _open_side, source.hear_for).serve()


if __name__ == "__main__":
    main()
