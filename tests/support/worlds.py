"""Plugins that make the world another one for the processes of a test."""

from __future__ import annotations

from pathlib import Path

from support.distributions import install


def grant_every_lock(site: Path) -> None:
    """Grant locks to everyone, as some network file systems do."""
    _plugin(site, "locks", "import fcntl\nfcntl.flock = lambda *arguments: None\n")


def hide_other_writers(site: Path) -> None:
    """Let no process see what others are at, as where folders are listed from an old copy."""
    lines = [
        "import datamaestro.store.writers as writers",
        "writers.writers = lambda *arguments, **more: []",
    ]
    _plugin(site, "hidden", "\n".join(lines))


def hurry_leases(site: Path, seconds: float) -> None:
    """Let those on another host count as ended sooner."""
    lines = [
        "import datamaestro.store.writers as writers",
        f"writers.LEASE, writers.BEAT = {seconds}, {seconds / 5}",
    ]
    _plugin(site, "leases", "\n".join(lines))


def die_at_change(site: Path) -> None:
    """Let a process kill itself just before it changes the disk for the n-th time.

    The variable ``DIE_AT`` says for which time. New folders, and what is not below
    ``DATAMAESTRO_DIR``, are not counted; a relative path is below a folder there that is open.
    """
    _plugin(site, "death", DEATH)


DEATH = """
import os, signal, sys, threading

CHANGES = {"os.link", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
left, lock = int(os.environ.get("DIE_AT", "0")), threading.Lock()

def changes(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        return flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return event in CHANGES

def hook(event, arguments):
    global left
    if not changes(event, arguments):
        return
    path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else "/"
    if os.path.isabs(path) and not path.startswith(os.environ["DATAMAESTRO_DIR"]):
        return
    with lock:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

if left:
    sys.addaudithook(hook)
"""


def _plugin(site: Path, name: str, source: str) -> None:
    module = f"test_world_{name}"
    install(site, module, {f"{module}.py": source}, {"datamaestro": {name: module}})
