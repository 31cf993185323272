"""rsync over the connection, for files of which the other side has another version.

For whole files it brings nothing: the plain protocol is as fast, and all is checked on arrival.
"""

from __future__ import annotations

import logging
import os
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from datamaestro.errors import ContentError

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro_plugins.ssh.connection import Connection

log = logging.getLogger("datamaestro")

OPTIONS = ("--inplace", "--no-whole-file", "--ignore-times", "--secluded-args", "--stats")
"""The file there is changed, by what differs; and its name is no word for a shell."""

SENT, RECEIVED = r"Total bytes sent: ([\d,]+)", r"Total bytes received: ([\d,]+)"


@frozen
class Rsync:
    """Changes files on either side into those of the other one.

    Args:
        connection: over which it goes.
        rate: bytes per second; None: no limit.
    """

    connection: Connection
    rate: float | None = None

    def send(self, here: Path, there: str) -> int | None:
        """Change a file there into one here; return the bytes that were sent."""
        return self._run([str(here), self._place(there)], SENT)

    def fetch(self, there: str, here: Path) -> int | None:
        """Change a file here into one there; return the bytes that were received.

        Where there is a limit, the whole file comes, since reading it here would be limited again.
        """
        if self.rate:
            return None
        return self._run([self._place(there), str(here)], RECEIVED)

    def _place(self, path: str) -> str:
        """Return the words for a path there, which an agent names from the root."""
        if not path.startswith("/"):
            raise ContentError(f"{self.connection.name} names an odd place: {path!r}")
        return f"{evolve(self.connection.address, port=None).login}:{path}"

    def _run(self, ways: list[str], counted: str) -> int | None:
        program, address = shutil.which("rsync"), self.connection.address
        if program is None:
            return None
        port = ["-p", str(address.port)] if address.port else []
        limit = [f"--bwlimit={max(1, round(self.rate / 1024))}"] if self.rate else []
        ssh = shlex.join([*self.connection.words, *port])
        done = subprocess.run(  # noqa: S603 - found on the PATH
            [program, *OPTIONS, *limit, "-e", ssh, "--", *ways],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            process_group=0,
        )
        found = re.search(counted, done.stdout)
        if done.returncode or not found:
            log.debug("rsync ended with %s: %s", done.returncode, done.stderr.strip())
            return None
        return int(found[1].replace(",", ""))
