"""An ssh server on the loopback interface, which stands in for another computer."""

from __future__ import annotations

import getpass
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.testing.daemons import find, free_port, running

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "there"
"""The name of the other computer."""

SERVER = """
Port {port}
ListenAddress 127.0.0.1
PidFile none
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
StrictModes no
UsePAM no
SetEnv "PATH={path}"
"""

CLIENT = """
Host {host}
HostName 127.0.0.1
Port {port}
User {user}
IdentityFile {folder}/key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
LogLevel ERROR
"""


@contextmanager
def other_computer(folder: Path, scripts: Path) -> Iterator[str]:
    """Run an ssh server with a key of its own; give the words that run ssh with access to it.

    Args:
        folder: for its files.
        scripts: the folder with the programs that are found first there.
    """
    folder.mkdir()
    port = free_port()
    words = {
        "host": HOST,
        "port": port,
        "folder": folder,
        "user": getpass.getuser(),
        "path": f"{scripts}:{os.environ['PATH']}",
    }
    keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")]
    subprocess.run(keygen, check=True, stdin=subprocess.DEVNULL)
    (folder / "server").write_text(SERVER.format(**words))
    (folder / "client").write_text(CLIENT.format(**words))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    options = ["-D", "-f", str(folder / "server"), "-E", str(folder / "log")]
    with running([str(find("sshd")), *options], port):
        yield f"ssh -F {folder / 'client'}"
