"""A real ssh server, which stands in for another computer."""

from __future__ import annotations

import getpass
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from attrs import frozen

from datamaestro.testing.daemons import find, free_port
from support.waiting import eventually

SSHD, SSH = find("sshd"), find("ssh")

MISSING = "" if SSHD and SSH else "openssh's server or client is not installed"
"""Why there can be none; empty where there can."""

needs_sshd = pytest.mark.skipif(bool(MISSING), reason=MISSING)

SEPARATED = Path("/run/sshd")
"""The empty folder that sshd wants where root runs it."""

SERVER = """
Port {port}
ListenAddress {address}
PidFile {folder}/pid
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
MaxStartups 100
MaxSessions 100
SetEnv {environment}
"""

CLIENT = """
Host {name}
HostName {address}
Port {port}
User {user}
HostKeyAlias {name}
IdentityFile {folder}/user_key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile /dev/null
StrictHostKeyChecking yes
"""


@frozen
class Sshd:
    """A running sshd, to which the user who runs the tests may log in by a key.

    Args:
        name: as ssh knows the host, by its configuration.
        folder: of its keys, its configuration and that of ssh.
        address: where it listens.
        port: likewise.
        process: that listens.
    """

    name: str
    folder: Path
    address: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def home(self) -> Path:
        """The home directory of the user there."""
        return self.folder / "home"

    @property
    def config(self) -> Path:
        """The configuration of ssh, in which the host has its name: ``ssh -F``."""
        return self.folder / "ssh_config"

    @property
    def known_hosts(self) -> Path:
        """The file with the host's key as ssh expects it."""
        return self.folder / "known_hosts"

    @property
    def ssh(self) -> list[str]:
        """The words that run ssh with its configuration."""
        return [str(SSH), "-F", str(self.config)]

    @property
    def log(self) -> str:
        """What the server has logged."""
        return (self.folder / "log").read_text()

    def cut(self) -> None:
        """End all connections at once, as a network does that fails; what they run is let be."""
        for session in _sessions(_pid(self.folder)):
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)


@contextmanager
def serving_ssh(
    folder: Path,
    *,
    name: str = "there",
    address: str = "127.0.0.1",
    port: int | None = None,
    within: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Sshd]:
    """Run an sshd with keys of its own.

    Args:
        folder: that takes all it needs; it is made.
        name: of the host, in the configuration of ssh.
        address: where it listens.
        port: likewise; None: one that is free in the network of this process.
        within: what runs it elsewhere, such as ``("ip", "netns", "exec", "far")``.
        environment: variables of the programs that are run there; ``HOME`` is a folder of its own.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    words = {
        "name": name,
        "address": address,
        "port": port or free_port(),
        "folder": folder,
        "user": getpass.getuser(),
        "environment": _quoted({"HOME": str(home), **(environment or {})}),
    }
    _make_keys(folder, name)
    (folder / "ssh_config").write_text(CLIENT.format(**words))
    (folder / "sshd_config").write_text(SERVER.format(**words))
    if os.getuid() == 0:
        SEPARATED.mkdir(mode=0o755, exist_ok=True)
    options = ["-D", "-f", str(folder / "sshd_config"), "-E", str(folder / "log")]
    process = subprocess.Popen([*within, str(SSHD), *options], stdin=subprocess.DEVNULL)
    server = Sshd(name, folder, address, int(str(words["port"])), process)
    try:
        # it writes its number when it listens, in whatever network that is
        eventually(lambda: _pid(folder) or process.poll() is not None)
        if process.poll() is not None:
            pytest.fail(f"sshd did not start: {server.log}")
        yield server
    finally:
        server.cut()
        process.terminate()
        process.wait()


def _pid(folder: Path) -> int:
    """Return the id of the process that listens; 0: it does not yet."""
    with suppress(FileNotFoundError, ValueError):
        return int((folder / "pid").read_text())
    return 0


def _sessions(pid: int) -> list[int]:
    """Return the ids of the processes below one that serve connections."""
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if Path(f"/proc/{word}/comm").read_text().startswith("sshd"):
                found += [int(word), *_sessions(int(word))]
    return found


def _make_keys(folder: Path, name: str) -> None:
    """Make the keys of a host and of its user, and let ssh know the host's."""
    for key in ("host_key", "user_key"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    public = (folder / "host_key.pub").read_text()
    (folder / "known_hosts").write_text(f"{name} {public}")


def _quoted(environment: Mapping[str, str]) -> str:
    return " ".join(f'"{name}={value}"' for name, value in environment.items())
