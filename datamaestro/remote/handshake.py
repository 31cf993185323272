"""The handshake: a datamaestro on another computer greets, or it is said why it does not."""

from __future__ import annotations

import io
import logging
import re
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from datamaestro.errors import ActionNeeded, DatamaestroError, HostError
from datamaestro.remote.frames import PROTOCOL, Frames, greeting
from datamaestro.remote.hearing import Patient
from datamaestro.version import __version__
from datamaestro_hookspecs.transports import HOST

if TYPE_CHECKING:
    from datamaestro.remote.frames import Greeting
    from datamaestro_hookspecs.transports import Running

log = logging.getLogger("datamaestro")

BUFFER = 1 << 18
"""Bytes that are read and written at once, where frames are small."""

LOGIN = 120.0
"""Seconds that a person may take to log in: those of sshd, where its LoginGraceTime is not set."""

NOT_FOUND = 127
"""The exit code of shells where there is no such program."""

CLOSED = 126
"""The exit code where a program may not be run."""

NAMED = r"^env: (.*)$"
"""What is said where the Python that was named cannot be run."""

MISSING = r"No module named '?datamaestro'?\)?$"
OTHER = r"No module named '?datamaestro\."

HINT = "there: pip install datamaestro; or say with --pythonpath which Python has it"


class Said:
    """What a program says on stderr, read as it comes, so that it is never held up.

    Before it greets, it is kept to tell why it does not; afterwards it goes to the log.

    Args:
        stream: its stderr.
        host: where it runs.
    """

    def __init__(self, stream: IO[bytes] | None, host: str) -> None:
        self.greeted = False
        self._host = host
        self._lines: deque[str] = deque(maxlen=20)
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes] | None) -> None:
        if stream is None:
            return
        source = io.BufferedReader(cast("io.RawIOBase", stream))
        with suppress(OSError, ValueError), source:  # by who ends the program it may be closed
            for raw in source:
                line = raw.decode(errors="replace").strip()
                self._lines.append(line)
                if self.greeted and line:
                    log.info("%s: %s", self._host, line)

    def lines(self) -> list[str]:
        """Return the last lines, after its end."""
        self._thread.join()
        return [line for line in self._lines if line]


class Pipes(NamedTuple):
    """What is read and written of a program.

    Args:
        heard: says for how long nothing need be heard of it.
        source: its stdout, by that.
        sink: its stdin.
    """

    heard: Patient
    source: io.BufferedReader
    sink: io.BufferedWriter


def pipes_of(running: Running) -> Pipes:
    """Return the pipes of a program."""
    out, into = cast("IO[bytes]", running.stdout), cast("io.RawIOBase", running.stdin)
    heard = Patient(out.fileno(), out)
    return Pipes(heard, io.BufferedReader(heard, BUFFER), io.BufferedWriter(into, BUFFER))


def somebody_is_there() -> bool:
    """Return whether there is a person who may be asked for a password."""
    return sys.stdin is not None and sys.stdin.isatty()


def hear_greeting(
    heard: Patient, source: io.BufferedReader[Any], host: str, timeout: float
) -> Greeting | None:
    """Return how the far side greets, None: it does not; after that, it may be silent for long.

    Args:
        heard: for as long as it may say nothing.
        source: which reads that.
        host: its computer, as messages call it.
        timeout: seconds for which nothing need be heard; a person gets some more to log in.

    Raises:
        HostError: nothing is heard for longer.
    """
    seconds = timeout + (LOGIN if somebody_is_there() else 0)
    heard.hear_for(seconds)
    try:
        return greeting(source)
    except TimeoutError as error:
        reason = f"datamaestro there does not greet; nothing was heard for {seconds:g} seconds"
        hint = f"see what there is by hand{_by_hand(host)}, or set a longer DATAMAESTRO_TIMEOUT"
        raise HostError(host, reason, hint=hint) from error
    finally:
        heard.hear_for(None)


def _by_hand(host: str) -> str:
    """Return the command that logs in on a host, where ssh does, to be put into a sentence."""
    if "://" not in host:
        return f": ssh {HOST}://{host}" if ":" in host else f": ssh {host}"
    return f": ssh {host}" if host.startswith(f"{HOST}://") else ""


def meet(running: Running, host: str, timeout: float = 30.0, pipes: Pipes | None = None) -> Frames:
    """Return the frames that go to and from a datamaestro, once it has greeted.

    Args:
        running: it, started by the words of :func:`~datamaestro.remote.program.program`, with pipes
            for all three streams; ended here if it is not what is wanted.
        host: its computer, as messages call it.
        timeout: seconds for which nothing need be heard before it greets.
        pipes: its stdout and stdin as they are to be read and written; None: just so.

    Raises:
        ActionNeeded: there is none, or one that does not start, or is too old or too new.
        TransferError: the connection has ended; or nothing is heard for too long.
    """
    said = Said(running.stderr, host)
    heard, source, sink = pipes or pipes_of(running)
    frames = Frames(source, sink)
    try:
        found = hear_greeting(heard, source, host, timeout)
        if found is None:
            raise absent(host, running.wait(), said.lines())
        refuse_other(found, host)
    except BaseException:
        frames.close()
        running.terminate()
        with suppress(DatamaestroError):
            running.wait()
        raise
    said.greeted = True
    return frames


def refuse_other(found: Greeting, host: str) -> None:
    """Raise if a datamaestro is one that this one cannot talk to.

    Raises:
        ActionNeeded: it speaks in another way.
    """
    if found.protocol != PROTOCOL:
        raise ActionNeeded(
            f"{host} has datamaestro {found.version}, which {__version__} here cannot talk to",
            hint="install the same version on both",
        )


def absent(host: str, code: int, said: list[str]) -> DatamaestroError:
    """Return why datamaestro did not greet.

    Args:
        host: its computer.
        code: the exit code of what was started.
        said: the lines that it said on stderr.
    """
    text, last = "\n".join(said), said[-1] if said else "it says nothing"
    if code in (NOT_FOUND, CLOSED) and (named := re.search(NAMED, text, re.MULTILINE)):
        hint = "say with --pythonpath which Python there has it"
        return ActionNeeded(f"{host}: datamaestro does not start there: {named[1]}", hint=hint)
    if code == NOT_FOUND or re.search(MISSING, text, re.MULTILINE):
        return ActionNeeded(f"{host}: datamaestro is missing there", hint=HINT)
    if re.search(OTHER, text):
        return ActionNeeded(
            f"{host}: datamaestro there is older than {__version__} here",
            hint="install the same version on both",
        )
    return ActionNeeded(
        f"{host}: datamaestro does not start there (exit code {code}): {last}", hint=HINT
    )
