"""A command that dies before each change of the disk, without starting Python for each death."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.waiting import SECONDS

PROGRAM = """
import itertools, os, sys
from importlib import import_module
from datamaestro.cli.group import cli
from datamaestro.cli.outcome import outcome

def start(name, **variables):
    pid = os.fork()
    if pid:
        return pid
    os.environ.update(variables, DATAMAESTRO_DIR=os.path.abspath(name))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    code = outcome(cli, sys.argv[1:])
    os.write(tell, " ".join(sys.modules).encode())
    os._exit(code)

hear, tell = os.pipe()
rehearsal = start("rehearsal")
os.close(tell)
for name in open(hear).read().split():
    if name.partition(".")[0] in {"cattrs", "requests"} or name.startswith("datamaestro"):
        import_module(name)
os.waitpid(rehearsal, 0)
tell = os.open(os.devnull, os.O_WRONLY)
for change in itertools.count(1):
    pid = start(f"store-{change}", DIE_AT=f"{change}")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == 0:
        break
    print(code, flush=True)
"""
"""Loads what the command needs, and nothing of a test; each death is that of a fork of it."""


def die_again_and_again(folder: Path, words: Sequence[str]) -> list[Path]:
    """Let a command die before each change of the disk, until it has nothing left to change.

    Args:
        folder: where it runs, and each time has a data directory of its own.
        words: of the command; :func:`support.worlds.die_at_change` lets it die.

    Returns:
        The data directory of each that died.
    """
    dying = [sys.executable, "-c", PROGRAM, *words]
    done = subprocess.run(
        dying,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=5 * SECONDS,
        check=True,
    )
    codes = [int(line) for line in done.stdout.splitlines()]
    assert {-signal.SIGKILL} == {*codes}
    return [folder / f"store-{change}" for change in range(1, len(codes) + 1)]
