"""A program that runs on another computer, with its streams and its exit code here."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Self

from attrs import define

from datamaestro_plugins.ssh.failures import FAILED, cut, ended, no_ssh

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRACE = 2.0
"""Seconds that a program has to end when its input does."""


@define(eq=False)
class Program:
    """A program on another computer.

    Args:
        process: of ssh, which stands for it here.
        host: where it runs, as messages call it.
        stdin: its input, where that is a pipe; not buffered, like the others.
        stdout: its output, likewise.
        stderr: what it says beside, and ssh, too, likewise.
        is_connected: whether the connection is still there.
    """

    process: subprocess.Popen[bytes]
    host: str
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    is_connected: Callable[[], bool] = lambda: False

    @classmethod
    def start(
        cls,
        words: Sequence[str],
        host: str,
        stdin: int | None,
        stdout: int | None,
        stderr: int | None,
    ) -> Self:
        """Start ssh, whose streams are the program's.

        Ctrl-C is for whoever started it, unless the program has its input from there.

        Raises:
            ActionNeeded: there is no ssh here.
        """
        group = None if stdin is None else 0
        process = started(
            words, bufsize=0, stdin=stdin, stdout=stdout, stderr=stderr, process_group=group
        )
        return cls(process, host, process.stdin, process.stdout, process.stderr)

    def wait(self) -> int:
        """Wait for its end, and return its exit code.

        Raises:
            HostError: the connection has ended first, or something else has ended it.
        """
        code = self.process.wait()
        if code == FAILED:
            raise ended(self.host) if self.is_connected() else cut(self.host)
        return code

    def terminate(self) -> None:
        """End it; a program that heeds the end of its input has a moment to do so in good order."""
        for stream in (self.stdin, self.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.stderr is not None:
            self.stderr.close()


def started(words: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Return ssh, which has just been started.

    Args:
        words: that start it.
        options: of :class:`subprocess.Popen`.

    Raises:
        ActionNeeded: there is no ssh here.
    """
    try:
        return subprocess.Popen(words, **options)  # noqa: S603 - the user's own ssh
    except (FileNotFoundError, PermissionError) as error:
        raise no_ssh(words[0]) from error
