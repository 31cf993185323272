"""The command line on a terminal, where it asks questions."""

from __future__ import annotations

import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from support.command import command


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
