"""Who is at work: a process, told apart from any other, also on another host."""

from __future__ import annotations

import os
import socket
import time
from functools import cache
from pathlib import Path

from attrs import field, frozen, validators

PROC = Path("/proc")
STARTED = 19
"""Index of the start time among the fields of ``/proc/PID/stat`` that follow the command
(field 22 in proc(5), in clock ticks after boot)."""


@frozen
class Owner:
    """A process that makes files.

    Args:
        host: name of its host.
        kernel: the boot of its kernel, and its space of process ids; empty where unknown.
        pid: its number there.
        started: when the process started, in the kernel's own count, which no clock changes;
            empty where unknown.
        since: when it began this work, for people: local time of its host.
    """

    host: str = field(validator=validators.instance_of(str))
    kernel: str = field(validator=validators.instance_of(str))
    pid: int = field(validator=validators.instance_of(int))
    started: str = field(validator=validators.instance_of(str))
    since: str = field(validator=validators.instance_of(str))

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"

    def has_ended(self) -> bool | None:
        """Return whether the process has ended; None where that cannot be told from here."""
        here = this_process()
        if not self.kernel or (self.host, self.kernel) != (here.host, here.kernel):
            return None
        started = _started(self.pid)
        return None if started == "" else started != self.started


def this_process() -> Owner:
    """Return the owner that this process is."""
    pid = os.getpid()
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    return Owner(socket.gethostname(), _kernel(), pid, _started(pid) or "", since)


@cache
def _kernel() -> str:
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when a process started; None where there is none, empty where that is unknown."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except FileNotFoundError:
        return None if _is_free(pid) else ""  # others' processes may be hidden from us
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[STARTED - 1]


def _is_free(pid: int) -> bool:
    """Return whether there is no process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
