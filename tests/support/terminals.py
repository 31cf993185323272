"""The command line on a terminal, where it asks questions."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from support.command import command

LINES = 50


class Dialogue(NamedTuple):
    """How a command ended that was asked, and asked, on a terminal."""

    code: int
    out: bytes
    shown: str


def on_terminal(answers: str, *words: str, cwd: Path, **environment: str) -> Dialogue:
    """Run a command whose stdin and stderr are a terminal, on which some answers are typed."""
    terminal, slave = pty.openpty()
    with subprocess.Popen(
        command(*words),
        cwd=cwd,
        stdin=slave,
        stderr=slave,
        stdout=subprocess.PIPE,
        env={**os.environ, "DATAMAESTRO_PROGRESS": "0", **environment},
    ) as process:
        os.close(slave)
        os.write(terminal, answers.encode())
        out, _ = process.communicate(timeout=60)
    shown = b""
    with suppress(OSError):  # nothing was shown
        shown = os.read(terminal, 1 << 16)
    os.close(terminal)
    return Dialogue(process.returncode, out, " ".join(shown.decode().split()))


def lines_on_terminal(*words: str, columns: int, cwd: Path, **environment: str) -> list[str]:
    """Return the lines of a result that goes to a terminal of some columns, without colours."""
    terminal, slave = pty.openpty()
    termios.tcsetwinsize(slave, (LINES, columns))
    shown = b""
    with subprocess.Popen(
        command(*words),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "", **environment},
    ):
        os.close(slave)
        with suppress(OSError):  # nobody writes to it any more
            while data := os.read(terminal, 1 << 16):
                shown += data
    os.close(terminal)
    return shown.decode().splitlines()
