"""Processes that read very many small files, since each has an interpreter's lock of its own.

Such a process is this interpreter with nothing but :mod:`datamaestro.house.verifying.reading`: it
imports nothing of the program that asks, so that a script needs no precautions, and it ends with
who asked. Where none can be started, or one has ended, who asks reads.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import Self

from attrs import define

from datamaestro.house.verifying import reading
from datamaestro.house.verifying.reading import Found, give, take


@define
class Process:
    """A process that reads files for one thread; used in a ``with`` block."""

    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter
                [sys.executable or "", "-I", "-S", reading.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for who asks, who ends it then
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        process, self._process = self._process, None
        if process is not None:
            with suppress(BrokenPipeError), process:
                pass

    def stop(self) -> None:
        """Let it read no more; another thread may say so, too."""
        if (process := self._process) is not None:
            process.kill()

    def read(self, paths: list[str]) -> list[Found] | None:
        """Return what is found in files; None where it has not started, or has ended."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            give(process.stdin, paths)
            return [Found(*one) for one in take(process.stdout)]
        except (OSError, EOFError, ValueError, TypeError):
            return None
