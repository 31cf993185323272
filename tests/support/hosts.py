"""Two computers on one: network namespaces, with a cable between them and a real sshd."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from attrs import frozen

from datamaestro.testing.daemons import find
from support.sshd import MISSING, Sshd, serving_ssh

IP = find("ip")

CABLE = "cable"
"""The name of each end of the cable, in its own computer."""

HERE, THERE = "10.213.0.1", "10.213.0.2"

ROOM = 32 << 20
"""Bytes that the disk of the other computer has."""


def why_not() -> str:
    """Return why there can be no such computers; empty where there can."""
    if MISSING:
        return MISSING
    if IP is None:
        return "iproute2 is not installed"
    name = f"dm-try-{os.getpid()}"
    done = subprocess.run([IP, "netns", "add", name], capture_output=True, check=False)
    if done.returncode:
        return "this user may not make networks (ip netns add)"
    _ip("netns", "del", name)
    return ""


@frozen
class Hosts:
    """Two computers: programs here reach the other one by ssh, and by nothing else.

    Args:
        here: name of this one's network.
        there: name of the other one's.
        sshd: of the other one.
        disk: of the other one; a small one of its own.
    """

    here: str
    there: str
    sshd: Sshd
    disk: Path

    @property
    def store(self) -> Path:
        """The data directory of the other one."""
        return self.disk / "store"

    @property
    def ssh(self) -> str:
        """The words that run ssh on this one."""
        return f"{IP} netns exec {self.here} {' '.join(self.sshd.ssh)}"

    def travelled(self) -> int:
        """Return the bytes that have gone through the cable, both ways."""
        folder = f"/sys/class/net/{CABLE}/statistics"
        words = ["sh", "-c", f"cat {folder}/rx_bytes {folder}/tx_bytes"]
        return sum(map(int, _ip("netns", "exec", self.here, *words).split()))

    def unplug(self) -> None:
        """Pull the cable."""
        _ip("-n", self.here, "link", "set", CABLE, "down")

    def plug(self) -> None:
        """Put the cable back."""
        _ip("-n", self.here, "link", "set", CABLE, "up")


@contextmanager
def two_hosts(folder: Path) -> Iterator[Hosts]:
    """Make two computers; whatever of them is left goes in the end.

    Args:
        folder: for their files.
    """
    here, there = f"dm-here-{os.getpid()}", f"dm-there-{os.getpid()}"
    disk = folder / "disk"
    disk.mkdir(parents=True)
    with ExitStack() as stack:
        for name in (here, there):
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "del", name)
            _ip("-n", name, "link", "set", "lo", "up")
        ends = ("link", "add", CABLE, "netns", here, "type", "veth", "peer", CABLE, "netns", there)
        _ip(*ends)
        for name, address in ((here, HERE), (there, THERE)):
            _ip("-n", name, "addr", "add", f"{address}/30", "dev", CABLE)
            _ip("-n", name, "link", "set", CABLE, "up")
        _run("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(disk))
        stack.callback(_run, "umount", "-l", str(disk))
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        sshd = stack.enter_context(
            serving_ssh(
                folder / "there",
                address=THERE,
                port=22,
                within=(str(IP), "netns", "exec", there),
                environment={"PATH": programs, "DATAMAESTRO_DIR": str(disk / "store")},
            )
        )
        yield Hosts(here, there, sshd, disk)


def needs_hosts() -> None:
    """Skip where there can be no such computers."""
    reason = why_not()
    if reason:
        pytest.skip(reason)


def _ip(*words: str) -> str:
    return _run(str(IP), *words)


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
