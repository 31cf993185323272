"""Shells that people type into, on a terminal of their own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

PROMPT = "READY>"

PROGRAM = """#!{python}
import json, os, sys
if "_DATAMAESTRO_COMPLETE" in os.environ or sys.argv[1:2] == ["completion"]:
    from datamaestro.cli import main
    main()
else:
    print("GOT", json.dumps(sys.argv[1:]))
"""
"""The command line as far as completion goes; else it tells what it was given."""

PATIENCE = 60
"""Seconds after which nothing more is waited for."""


def install_program(folder: Path) -> Path:
    """Write the program ``datamaestro`` into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "datamaestro"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return program


def received(
    shell: list[str], lines: Iterable[str], *, cwd: Path, environment: Mapping[str, str]
) -> list[list[str]]:
    """Return the words that the program is given for each line of keys, after Enter.

    Args:
        shell: the words that start it; its prompt has to be :data:`PROMPT`.
        lines: the keys, each typed at a prompt.
        cwd: the folder that it is in.
        environment: what it gets besides ours.
    """
    terminal, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, 250))
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", *shell],
        cwd=cwd,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", **environment},
    ) as process:
        os.close(slave)
        try:
            return [_answer(terminal, keys) for keys in lines]
        finally:
            os.close(terminal)  # which hangs up
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


def _answer(terminal: int, keys: str) -> list[str]:
    _read_until(terminal, PROMPT)
    os.write(terminal, f"{keys}\r".encode())
    found: list[str] = json.loads(_read_until(terminal, r"GOT (\[.*?\])\r"))
    return found


def _read_until(terminal: int, wanted: str) -> str:
    """Return what a pattern finds in what is shown, its last group, as soon as that is there."""
    shown, end = "", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        shown += os.read(terminal, 1).decode(errors="replace")
        found = re.search(wanted, shown)
        if found:
            return found[found.lastindex or 0]
    raise AssertionError(f"{wanted!r} is not in {shown!r}")
