"""Command lines that run side by side, and are killed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from attrs import define, field, frozen

from support.command import Outcome, command
from support.waiting import SECONDS

OTHER_HOST = (
    *("unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--map-root-user"),
    *("sh", "-c", 'hostname other.example && exec "$@"', "sh"),
)
"""What runs a command as if it were on another host: another name, other process ids."""


def other_host_works() -> bool:
    """Return whether this user may run commands as if on another host."""
    try:
        done = subprocess.run([*OTHER_HOST, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@frozen(eq=False)
class Running:
    """A command line that was started.

    Args:
        process: that runs it, or what runs it as if elsewhere.
        out: the file that takes stdout.
        err: the file that takes stderr.
    """

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    @property
    def told(self) -> str:
        """What it has written to stderr so far."""
        return self.err.read_text()

    @property
    def children(self) -> list[int]:
        """The process ids of those that it started."""
        pid = self.process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def end(self, seconds: float = SECONDS) -> Outcome:
        """Wait until it has ended; return how."""
        self.process.wait(seconds)
        return Outcome(self.process.returncode, self.out.read_text(), self.told)

    def kill(self) -> None:
        """Kill it, wherever it is."""
        self.process.kill()
        self.process.wait(SECONDS)


@define
class Crowd:
    """Starts command lines; a context manager, at whose end none is left.

    Args:
        folder: where they run; it holds nothing of the project.
    """

    folder: Path
    members: list[Running] = field(factory=list)

    def start(self, *arguments: str, within: Sequence[str] = (), **environment: str) -> Running:
        """Start one.

        Args:
            arguments: of the command line.
            within: what runs the command, such as :data:`OTHER_HOST`.
            environment: variables beside those of this process.
        """
        name = f"{len(self.members)}"
        out, err = (self.folder / f"{name}.{suffix}" for suffix in ("out", "err"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [*within, *command(*arguments)],
                cwd=self.folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
        self.members.append(Running(process, out, err))
        return self.members[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for member in self.members:
            member.kill()
