"""One connection to another computer, made by the user's own ssh; programs are started over it.

The first program makes the connection, which is ssh's own (``ControlMaster``) and asks for
passwords and keys as ssh does; where the user's ssh keeps one open already, that is used. It goes
on in the background, so that it is made and paid for once, and ends with this process: when it is
closed, or when nothing has used it for :data:`IDLE` seconds.
"""

from __future__ import annotations

import secrets
import shlex
import subprocess
import sys
import threading
from contextlib import suppress
from subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.remote.handshake import somebody_is_there
from datamaestro_plugins.ssh.failures import failure, is_told
from datamaestro_plugins.ssh.folder import leave, own_folder
from datamaestro_plugins.ssh.program import Program, started

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datamaestro_plugins.ssh.address import Address

IDLE = 10
"""Seconds after which an unused connection ends by itself, should this process have been killed."""

LOST = 3
"""Unanswered questions whether the other side is there, after which the connection is cut."""

PLAIN = ("RemoteCommand=none", "PermitLocalCommand=no", "ClearAllForwardings=yes", "ForwardX11=no")
"""What the user's configuration may say for logging in by hand, and is not meant for this."""

LOOK = 0.1
"""Seconds between two looks at what ssh says while it connects."""


@define(eq=False)
class Connection:
    """A connection to another computer, which is closed in the end.

    Args:
        address: of the computer.
        ssh: the program, and options that the user gives it.
        timeout: seconds without an answer after which the connection counts as cut.
    """

    address: Address
    ssh: Sequence[str] = ("ssh",)
    timeout: float = 30.0
    _socket: Path | None = None
    _theirs: bool = False
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def name(self) -> str:
        """The computer, as messages call it."""
        return self.address.name

    def start(
        self,
        command: Sequence[str],
        *,
        stdin: int | None = PIPE,
        stdout: int | None = PIPE,
        stderr: int | None = PIPE,
        terminal: bool = False,
    ) -> Program:
        """Start a program on the other computer.

        Args:
            command: its words; a shell there, whichever it is, takes each for what it is.
            stdin: as :class:`subprocess.Popen` has it.
            stdout: likewise.
            stderr: likewise.
            terminal: whether the program is to have one there.

        Raises:
            HostError: the computer cannot be reached.
            ActionNeeded: it lets nobody in without a person's doing.
            UsageError: ssh does not understand how it is called or configured.
        """
        self.open()
        kind = "-tt" if terminal else "-T"
        words = [*self.words, kind, *self.address.words, shlex.join(command)]
        program = Program.start(words, self.name, stdin, stdout, stderr)
        program.is_connected = lambda: self._control("check") == 0
        return program

    @property
    def words(self) -> list[str]:
        """The words that run ssh over the connection, but for the host and what to do there."""
        socket = ["-S", str(self._socket)] if self._socket else []
        return [*self.ssh, *socket, *self._manner()]

    def open(self) -> None:
        """Make the connection, unless it is there."""
        with self._lock:
            if self._socket is not None and not self._socket.exists():
                self._forget()  # it has ended
            if self._socket is None and not self._theirs:
                self._theirs = self._control("check") == 0
                if not self._theirs:
                    self._connect()

    def close(self) -> None:
        """End the connection, and what still runs over it."""
        with self._lock:
            if self._socket is not None:
                self._control("exit")
                self._socket.unlink(missing_ok=True)  # it may be told before it is done
                self._forget()

    def _forget(self) -> None:
        if self._socket is not None:
            leave(self._socket.parent)
            self._socket = None

    def _connect(self) -> None:
        self._socket = own_folder() / secrets.token_hex(4)
        pause = max(1, round(self.timeout / LOST))
        options = {
            "ControlPersist": IDLE,
            "ConnectTimeout": max(1, round(self.timeout)),
            "ServerAliveInterval": pause,
            "ServerAliveCountMax": LOST,
        }
        told = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        words = [*self.words, "-M", "-N", "-f", *told, *self.address.words]
        said = self._socket.with_suffix(".said")
        try:
            try:
                code, text = self._said(words, said)
            finally:
                said.unlink(missing_ok=True)
            if code != 0:
                raise failure(self.address, text, self.ssh)
        except BaseException:
            self._forget()
            raise

    def _said(self, words: Sequence[str], path: Path) -> tuple[int, str]:
        """Run ssh until it goes on in the background; return its exit code and what it said.

        It says it into a file, since what it starts itself, such as a jump host's ssh, would keep a
        pipe open. Where somebody is there to read it, it is passed on.
        """
        shown = 0
        with path.open("wb") as stderr:
            process = started(words, stdout=DEVNULL, stderr=stderr)
            try:
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(LOOK)
                    shown = _pass_on(path, shown)
            except BaseException:
                process.terminate()
                process.wait()
                raise
        return process.returncode, path.read_text(errors="replace")

    def _control(self, order: str) -> int:
        """Give an order to the process that holds the connection; return the exit code."""
        words = [*self.words, "-O", order, *self.address.words]
        return started(words, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL).wait()

    def _manner(self) -> list[str]:
        """Return the options that say whether ssh may ask a person, and what it is not to do."""
        options = PLAIN if somebody_is_there() else ("BatchMode=yes", *PLAIN)
        return [word for option in options for word in ("-o", option)]


def _pass_on(path: Path, shown: int) -> int:
    """Show what ssh has said since; return how much has been shown."""
    if not somebody_is_there():
        return shown
    said = path.read_bytes()[shown:]
    whole = said[: said.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        if not is_told(line):
            sys.stderr.write(f"{line}\n")
    return shown + len(whole)
