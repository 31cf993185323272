"""A session with the agent of another computer: it is started, asked, and ended."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from attrs import define

from datamaestro.errors import DatamaestroError, HostError
from datamaestro.moving.far.patience import pipes_between
from datamaestro.moving.far.talk import Talk
from datamaestro.remote.handshake import meet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from datamaestro.remote.hearing import Patient
    from datamaestro_hookspecs.transports import Running

TERMINATED = (-15, -9)
"""Exit codes of what was ended from here."""

GRACE = 2.0
"""Seconds for which an agent that is ended may take what is on its way to it."""


@define(eq=False)
class Session:
    """A session with an agent, for one thread; where it has broken off, another one begins.

    Args:
        host: the computer, as messages call it.
        start: starts an agent there, with pipes for all three streams.
        directory: the data directory there; empty: the one that is in use there.
        timeout: seconds without a word after which the other side counts as gone.
        lock_timeout: seconds to wait for whoever is at the same data set there; -1: as long as it
            takes.
        options: that have a command act there.
    """

    host: str
    start: Callable[[], Running]
    directory: str = ""
    timeout: float = 30.0
    lock_timeout: float = -1.0
    options: Sequence[str] = ()
    _running: Running | None = None
    _talk: Talk | None = None
    _heard: Patient | None = None

    def open(self) -> Talk:
        """Return the talk with the agent, which is started where there is none.

        Raises:
            DatamaestroError: there can be none; the subclass says why.
        """
        if self._talk is None:
            running = self._running = self.start()
            try:
                pipes = pipes_between(running)
                frames = meet(running, self.host, self.timeout, pipes)
                heard = self._heard = pipes.heard
                talk = self._talk = Talk(
                    frames, self.host, lambda: heard.has_more(pipes.source), self.options
                )
                heard.hear_for(self.timeout)
                talk.beat(self.timeout)
                self.ask(
                    "open",
                    directory=self.directory,
                    timeout=self.timeout,
                    lock_timeout=self.lock_timeout,
                )
            except BaseException:
                self.close()
                raise
        return self._talk

    def close(self) -> None:
        """End the agent."""
        if self._heard is not None:
            self._heard.hear_for(min(self.timeout, GRACE))
        if self._talk is not None:
            self._talk.close()
            self._talk = None
        if self._running is not None:
            self._running.terminate()
            with suppress(DatamaestroError):
                self._running.wait()
            self._running = None

    def ask(self, do: str, **facts: object) -> Any:
        """Ask for something, and return the answer."""
        with self.asked(do, **facts) as talk:
            return talk.message("done")

    @contextmanager
    def asked(self, do: str, streaming: bool = False, /, **facts: object) -> Iterator[Talk]:
        """Ask for something; whoever does not hear the whole answer has no agent any more.

        Args:
            do: what is asked for.
            streaming: whether an error is not the whole answer, since more is on its way.
            facts: that belong to it.
        """
        talk = self.open()
        try:
            talk.tell({"do": do, **facts})
            yield talk
        except BaseException as error:
            if isinstance(error, HostError) and error.host == self.host:
                raise (self._end() or error) from error
            if streaming or not isinstance(error, DatamaestroError):
                self.close()
            raise

    def leave(self) -> None:
        """Let the agent give up the data set that it receives, if there is one."""
        if self._talk is not None:
            self.ask("leave")

    def has_said(self) -> bool:
        """Return whether the agent says something, which has not been heard yet."""
        return self._talk is not None and self._talk.has_said()

    def _end(self) -> DatamaestroError | None:
        """End what has come to an end by itself; return why, where that is known.

        Raises:
            HostError: the connection has ended.
        """
        running, self._running = self._running, None
        self.close()
        if running is None:
            return None
        running.terminate()
        code = running.wait()
        if code in (0, *TERMINATED):
            return None
        return HostError(self.host, f"datamaestro there has ended with exit code {code}")
