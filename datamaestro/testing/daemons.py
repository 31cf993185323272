"""Real servers on the loopback interface, such as nginx or sshd, for tests and benchmarks.

An example::

    port = free_port()
    configuration.write_text(f"... listen 127.0.0.1:{port}; ...")
    with running([find("nginx"), "-c", str(configuration)], port):
        ...
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOPBACK = "127.0.0.1"


def find(program: str) -> str | None:
    """Return where a program is, None where it is not installed.

    Servers are often where only the administrator's path leads.
    """
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def free_port() -> int:
    """Return the number of a port at which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the block lasts, which begins as soon as it listens.

    Args:
        command: that runs it in the foreground.
        port: where it will listen, at 127.0.0.1.

    Raises:
        RuntimeError: it has ended before it listened; what it said is on stderr.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - a test's own
    try:
        while not _listens(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        yield process
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
