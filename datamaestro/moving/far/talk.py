"""What two sides that are on different computers say to each other, above the level of frames.

A side asks (``{"do": "offers", …}``) and the other one answers: with what it passes
(:mod:`datamaestro.moving.far.passing`), a message ``{"done": …}``, or one that says an error.

Messages ``{"beat": …}`` may come anywhere: they say that the connection is alive.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.errors import HostError
from datamaestro.remote.errors import error_said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro.remote.frames import Frames, Message
    from datamaestro_hookspecs.offers import Wanted

BEATS = 3
"""Beats in the time after which a side that is not heard counts as gone."""


def unknown(name: str) -> str:
    """Return what an agent answers that does not know what it is asked for, as an older one."""
    return f"there is no such thing to do as {name!r}"


@define(eq=False)
class Talk:
    """The frames between two sides; one thread talks, and another one may beat.

    Args:
        frames: both ways.
        other: the other side, as messages call it.
        has_more: whether more of its frames has come already.
        options: that have a command act where the other side is.
    """

    frames: Frames
    other: str
    has_more: Callable[[], bool] = lambda: False
    options: Sequence[str] = ()
    _lock: threading.Lock = field(factory=threading.Lock)
    _quiet: threading.Event = field(factory=threading.Event)
    _ahead: deque[dict[str, Any] | bytes] = field(factory=deque)

    def tell(self, message: Message) -> None:
        """Send a message, and with it all that is not yet on its way."""
        with self._lock, self._lost():
            self.frames.tell(message)

    def give(self, content: bytes | memoryview) -> None:
        """Send content, at once or with what follows."""
        with self._lock, self._lost():
            self.frames.give(content)

    def flush(self) -> None:
        """Let all be on its way that has been given."""
        with self._lock, self._lost():
            self.frames.flush()

    def next(self) -> dict[str, Any] | bytes:
        """Return the next message or content.

        Raises:
            DatamaestroError: that the other side says.
            HostError: it has ended, or says what cannot be understood.
        """
        frame = self._ahead.popleft() if self._ahead else self._frame()
        while isinstance(frame, dict) and "beat" in frame:
            frame = self._frame()
        if isinstance(frame, dict) and "error" in frame:
            raise error_said(frame, self.other, self.options)
        return frame

    def has_said(self) -> bool:
        """Return whether the other side has said something but beats that was not heard yet."""
        while not self._ahead:
            with self._lost():
                if not self.has_more():
                    return False
            frame = self._frame()
            if isinstance(frame, bytes) or "beat" not in frame:
                self._ahead.append(frame)
        return True

    def _frame(self) -> dict[str, Any] | bytes:
        with self._lost():
            frame = self.frames.next()
        if frame is None:
            raise self.lost("the connection has ended")
        return frame

    def message(self, key: str) -> Any:
        """Return what the next message says under a key, which it has."""
        frame = self.next()
        if isinstance(frame, bytes) or key not in frame:
            raise self.lost(f"it does not say {key}")
        return frame[key]

    def order(self, wanted: Sequence[Wanted]) -> int:
        """Ask for the contents of some files, none: of no more; return how many they are."""
        words = [[one.path, one.size, one.offset] for one in wanted]
        self.tell({"wanted": words} if words else {"end": True})
        return len(words)

    def answer(self) -> dict[str, Any]:
        """Return the answer to what was asked, after what was said before it."""
        while isinstance(found := self.next(), bytes) or "done" not in found:
            pass
        return found

    def beat(self, timeout: float) -> None:
        """Let the other side know now and then that this one is there, until :meth:`hush`."""

        def go_on() -> None:
            while not self._quiet.wait(timeout / BEATS):
                with suppress(HostError):
                    self.tell({"beat": True})

        threading.Thread(target=go_on, daemon=True).start()

    def hush(self) -> None:
        """Let the other side hear no more beats."""
        self._quiet.set()

    def close(self) -> None:
        """End the talk."""
        self.hush()
        self.frames.close()

    def lost(self, reason: str) -> HostError:
        """Return the error of a talk that cannot go on."""
        return HostError(self.other, reason, hint="try again; what has arrived is kept")

    def _lost(self) -> _Lost:
        return _Lost(self)


class _Lost:
    """Turns what fails below into the error of a talk that cannot go on."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, TimeoutError):
            raise self._talk.lost("it is not heard any more") from error
        if isinstance(error, OSError | EOFError):
            raise self._talk.lost("the connection has ended") from error
        if isinstance(error, ValueError | RecursionError):
            raise self._talk.lost("what it says cannot be understood") from error
