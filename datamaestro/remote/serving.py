"""The far side of ``Context.remote``: does for a program on another computer what it asks of this.

``python -m datamaestro.remote.serving`` greets on stdout, and then answers questions, one after the
other. Once whoever asks has gone, nobody waits for an answer, and the work is interrupted.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from datamaestro.context import Context
from datamaestro.definitions.family import Variant, variant_of
from datamaestro.definitions.part import Part, whole_of
from datamaestro.descriptions.choosing import texts_of
from datamaestro.descriptions.describing import describe
from datamaestro.descriptions.values import Unsayable, said
from datamaestro.errors import DatamaestroError, UsageError
from datamaestro.remote.datasets import ABSOLUTE
from datamaestro.remote.errors import said_of
from datamaestro.remote.frames import Frames, greet
from datamaestro.remote.program import begin
from datamaestro.searching import search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datamaestro.remote.frames import Message

STDOUT, STDERR = 1, 2

INTERRUPTED = 130


class Served:
    """A context, of which another computer asks things."""

    def __init__(self) -> None:
        self._context: Context | None = None

    def answer(self, asked: Message) -> Message:
        """Return the answer to a question, or the error that came of it."""
        work: dict[object, Callable[[Message], object]] = {
            "open": self._open,
            "ready": lambda _: None,
            "dataset": self._dataset,
            "is_prepared": self._is_prepared,
            "prepare": self._prepare,
            "search": self._search,
        }
        try:
            if asked.get("do") not in work:
                raise UsageError(f"there is no such thing to do as {asked.get('do')!r}")
            return {"done": work[asked.get("do")](asked)}
        except Exception as error:  # noqa: BLE001 - whoever asked raises it
            return said_of(error)

    @property
    def context(self) -> Context:
        """The context, once it is open."""
        if self._context is None:
            raise UsageError("nothing has been opened")
        return self._context

    def _open(self, asked: Message) -> dict[str, Any]:
        if asked["directory"]:
            # also for what definitions do, which ask for a context of their own
            os.environ["DATAMAESTRO_DIR"] = str(Path(asked["directory"]).expanduser())
        self._context = Context()
        return {"directory": str(self.context.store.root)}

    def _dataset(self, asked: Message) -> dict[str, Any]:
        return self._told(self.context.dataset(asked["reference"]))

    def _is_prepared(self, asked: Message) -> bool:
        return self.context.is_prepared(asked["reference"])

    def _prepare(self, asked: Message) -> dict[str, Any]:
        definition = variant_of(self.context.dataset(asked["reference"]), asked["variant"])
        data = self.context.prepare(definition, download=asked["download"])
        try:
            return {**self._told(definition), "data": said(data, ABSOLUTE)}
        except Unsayable as error:
            what = f"{definition.card.identity}: its data cannot be told: {error}"
            raise DatamaestroError(what) from error

    def _search(self, asked: Message) -> list[dict[str, Any]]:
        found = search(asked["query"], limit=asked["limit"], sort=asked["sort"])
        return [entry._asdict() for entry in found]

    def _told(self, definition: Any) -> dict[str, Any]:
        """Return what is said of a definition: of its family, and which of it is meant."""
        whole: Any = whole_of(definition)
        chosen = None
        if isinstance(whole, Variant):
            chosen = texts_of(whole.family.variants, whole.chosen)
        return {
            "description": describe(self.context, whole)._asdict(),
            "chosen": chosen,
            "part": definition.path if isinstance(definition, Part) else "",
        }


def serve(frames: Frames, answer: Callable[[Message], Mapping[str, Any]]) -> None:
    """Answer what is asked, until nobody asks any more."""
    questions: SimpleQueue[Message] = SimpleQueue()

    def listen() -> None:
        with suppress(EOFError, ValueError, OSError):
            while isinstance(asked := frames.next(), dict):
                questions.put(asked)
        os.kill(os.getpid(), signal.SIGINT)

    Thread(target=listen, daemon=True).start()
    while True:
        frames.tell(answer(questions.get()))


def main() -> None:
    """Serve whoever has started this, over stdin and stdout; what is printed goes to stderr."""
    begin()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sink = os.fdopen(os.dup(STDOUT), "wb")
    os.dup2(STDERR, STDOUT)
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    with suppress(KeyboardInterrupt, OSError):
        greet(sink)
        serve(Frames(sys.stdin.buffer, sink), Served().answer)
    os._exit(INTERRUPTED)  # threads that still wait for a server must not hold it up


if __name__ == "__main__":
    main()
