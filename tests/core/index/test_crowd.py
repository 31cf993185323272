"""Many processes that make the index at once, from nothing, and some of them killed."""

import fcntl
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from datamaestro.index.database import index_path
from support.processes import Crowd
from support.searching import IRIS, add_repository, search
from support.waiting import eventually

PROCESSES = 10

DYING = """
import fcntl, os, signal

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

if "TOGETHER" in os.environ:
    open(os.path.join(os.environ["TOGETHER"], str(os.getpid())), "w").close()
    with open(os.environ["BARRIER"]) as barrier:
        fcntl.flock(barrier, fcntl.LOCK_SH)
if os.environ.get("DIES") == "importing":
    die()
if os.environ.get("DIES") == "writing":
    os.fsync = die  # which is called when all has been written, and nothing renamed yet
"""
"""Definitions that are all imported before any goes on, and one that kills its process."""


@contextmanager
def closed(barrier: Path) -> Iterator[None]:
    """Let nobody pass who asks for a lock, in the meantime."""
    with barrier.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("moment", ["importing", "writing"])
def test_one_that_is_killed_hinders_nobody(moment: str, site: Path, tmp_path: Path) -> None:
    """All others find all; the next one finds nothing to be done but to tidy up, and does."""
    add_repository(site, "flowers", com__acme=IRIS, com__dying=DYING)
    add_repository(site, "trees", com__acme=IRIS)
    arrived, barrier = tmp_path / "arrived", tmp_path / "barrier"
    arrived.mkdir()
    places = {"TOGETHER": str(arrived), "BARRIER": str(barrier)}
    with Crowd(tmp_path) as crowd:
        with closed(barrier):
            killed = crowd.start("search", "acme", DIES=moment, **places)
            others = [crowd.start("search", "acme", **places) for _ in range(PROCESSES - 1)]
            eventually(lambda: len(list(arrived.iterdir())) == PROCESSES)
        outcomes = [one.end() for one in others]
        assert -signal.SIGKILL == killed.end().code
    found = "[flowers] com.acme.iris (File)\n[trees] com.acme.iris (File)\n"
    assert {(0, found, "")} == {(one.code, one.out, one.err) for one in outcomes}
    last = search(tmp_path, "acme")
    assert (found, "", set()) == (last.out, last.err, last.imported("acme_flowers"))
    assert [index_path()] == list(index_path().parent.iterdir())


def test_one_that_is_killed_alone_leaves_nothing_for_long(site: Path, tmp_path: Path) -> None:
    """What it was writing is there until the next one comes."""
    add_repository(site, "flowers", com__acme=IRIS, com__dying=DYING)
    with Crowd(tmp_path) as crowd:
        assert -signal.SIGKILL == crowd.start("search", DIES="writing").end().code
    (left,) = index_path().parent.iterdir()
    assert index_path() != left
    assert "[flowers] com.acme.iris (File)\n" == search(tmp_path, "acme").out
    assert [index_path()] == list(index_path().parent.iterdir())
