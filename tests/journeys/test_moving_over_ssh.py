"""Data sets go from one computer to another by ssh, through a cable that is real enough to count.

Two network namespaces stand for the computers; the other one has its own sshd, home, data directory
and a small disk. What was sent is what the cable has seen, with all that ssh and TCP add.
"""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest

from support.command import Outcome
from support.holding import hold, seen
from support.hosts import ROOM, Hosts, needs_hosts, two_hosts
from support.inside import inside
from support.processes import Crowd
from support.waiting import eventually

ID = "org.example.x"
NAME = f"{ID}@test"

LITTLE = 30_000
"""Bytes that it may cost to greet each other, and to say what both know."""

OFFERED = 80_000
"""Bytes that it may cost to say what only one knows: a thousand files."""

SMALL: dict[str, bytes | str] = {f"{n}": b"%d" % n for n in range(1000)}
LARGE = random.Random(1).randbytes(8_000_000)

RSYNC = which("rsync") is not None
"""Whether the difference to another version of a file is enough; else the whole file travels."""

SLOW = "--limit-rate=4M"
HALF = 3_000_000
"""Bytes after which what is slow is stopped."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """Return the two computers."""
    needs_hosts()
    with two_hosts(tmp_path_factory.mktemp("hosts")) as made:
        yield made


@pytest.fixture
def hosts(network: Hosts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """Return the two computers; the other one has nothing yet, and ssh is how to get there."""
    monkeypatch.setenv("DATAMAESTRO_SSH", network.ssh)
    yield network
    network.plug()
    for path in network.disk.iterdir():
        os.system(f"rm -rf {path}")


@pytest.fixture
def holding(store: Path) -> Path:
    """Return this computer's data directory, which has a data set."""
    hold(store, NAME, large=LARGE, small=SMALL)
    return store


def arrived(store: Path) -> int:
    """Return how much of the large file is there."""
    return sum(one.stat().st_size for one in store.glob("partial/**/*.file"))


def half_way(words: Sequence[str], store: Path, happens: Callable[[], object]) -> Outcome:
    """Run a command; as soon as half of the large file has arrived, let something happen."""

    def watch() -> None:
        eventually(lambda: arrived(store) > HALF)
        happens()

    with ThreadPoolExecutor(1) as pool:
        happened = pool.submit(watch)
        done = inside(*words, SLOW)
        happened.result()
    return done


def goes_on(words: Sequence[str], hosts: Hosts, from_: Path, to: Path) -> None:
    """The next run sends what the last one has not, and then all is there."""
    before, left = hosts.travelled(), len(LARGE) - arrived(to)
    assert left < len(LARGE) - HALF
    done = inside(*words)
    assert 0 == done.code, done.err
    assert hosts.travelled() - before < 1.1 * left + OFFERED
    assert seen(from_) == seen(to)


def test_pushed_and_pulled(holding: Path, hosts: Hosts, tmp_path: Path) -> None:
    """What is there is not sent again; what has changed on one side is, and nothing else."""
    before = hosts.travelled()
    done = inside("push", ID, "there:")
    assert (0, f"{NAME}  1,001 of 1,001 files travelled, 8.0 MB of 8.0 MB\n") == (
        done.code,
        done.out,
    ), done.err
    assert hosts.travelled() - before < 1.1 * len(LARGE)
    assert seen(holding) == seen(hosts.store)

    before = hosts.travelled()
    done = inside("push", ID, "there:")
    assert (0, f"{NAME}  all is there\n") == (done.code, done.out)
    assert hosts.travelled() - before < LITTLE

    (hosts.store / "data/test/org/example/x/small/7").write_bytes(b"changed")
    before = hosts.travelled()
    done = inside("push", ID, f"ssh://there:22{hosts.store}")
    assert (0, f"{NAME}  1 of 1,001 files travelled, 1 B of 8.0 MB\n") == (done.code, done.out)
    assert hosts.travelled() - before < LITTLE
    assert seen(holding) == seen(hosts.store)

    other = tmp_path / "other"
    done = inside("--data", str(other), "pull", ID, "there:")
    assert 0 == done.code, done.err
    assert seen(holding) == seen(other)

    for store, words in ((hosts.store, ["push"]), (other, ["--data", str(other), "pull"])):
        with (store / "data/test/org/example/x/large").open("r+b") as file:
            file.seek(len(LARGE) // 2)
            file.write(b"changed")
        before = hosts.travelled()
        done = inside(*words, ID, "there:")
        assert 0 == done.code, done.err
        size = r"\d+ kB" if RSYNC else "8.0 MB"
        said = rf"{NAME}  1 of 1,001 files travelled, {size} of 8.0 MB\n"
        assert re.fullmatch(said, done.out), done.out
        assert hosts.travelled() - before < len(LARGE) / (20 if RSYNC else 0.9)
        assert seen(holding) == seen(store)
        assert {"lock"} == {path.name for path in store.glob("partial/*/*/*")}


def test_interrupted(holding: Path, hosts: Hosts, tmp_path: Path, heard: None) -> None:
    """By Ctrl-C."""
    with Crowd(tmp_path) as crowd:
        running = crowd.start("push", ID, "there:", SLOW)
        eventually(lambda: arrived(hosts.store) > HALF)
        running.process.send_signal(signal.SIGINT)
        done = running.end()
        assert (130, "datamaestro: interrupted") == (done.code, done.lines[-1])
    goes_on(("push", ID, "there:"), hosts, holding, hosts.store)


def test_the_connection_is_cut(holding: Path, hosts: Hosts, tmp_path: Path) -> None:
    """As when the server dies, whichever way the data go."""
    push = "push", ID, "there:"
    done = half_way(push, hosts.store, hosts.sshd.cut)
    told = "datamaestro: there: the connection was cut (try again; what has arrived is kept)"
    assert (5, told) == (done.code, done.lines[-1])
    goes_on(push, hosts, holding, hosts.store)
    other = tmp_path / "other"
    pull = "--data", str(other), "pull", ID, "there:"
    done = half_way(pull, other, hosts.sshd.cut)
    assert 5 == done.code, done.err
    goes_on(pull, hosts, hosts.store, other)


def test_the_cable_is_pulled(holding: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told; both sides notice that nothing is heard any more."""
    monkeypatch.setenv("DATAMAESTRO_TIMEOUT", "3")
    push = "push", ID, "there:"
    done = half_way(push, hosts.store, hosts.unplug)
    assert 5 == done.code, done.err
    assert "there: the connection was cut" in done.lines[-1]
    done = inside(*push)
    assert (5, 1) == (done.code, len(done.lines)), done.err
    assert "there: cannot connect:" in done.err
    hosts.plug()
    goes_on(push, hosts, holding, hosts.store)


def test_the_disk_is_full(holding: Path, hosts: Hosts) -> None:
    """What will not fit is not sent; where it gets full meanwhile, the rest fits later."""
    push, filler = ("push", ID, "there:"), hosts.disk / "filler"

    def fill() -> None:
        with suppress(OSError), filler.open("wb", 0) as file:
            while file.write(bytes(1 << 16)):
                pass

    filler.write_bytes(bytes(ROOM - len(LARGE)))
    before = hosts.travelled()
    done = inside(*push)
    assert (8, 1) == (done.code, len(done.lines)), done.err
    assert hosts.travelled() - before < OFFERED
    filler.unlink()
    done = half_way(push, hosts.store, fill)
    assert 8 == done.code, done.err
    assert "datamaestro: there: cannot use" in done.lines[-1]
    assert "No space left on device" in done.lines[-1]
    filler.unlink()
    goes_on(push, hosts, holding, hosts.store)


def test_the_host_is_another_one(holding: Path, hosts: Hosts) -> None:
    """Its key is not what it was: nothing is sent, and a person has to look."""
    known = hosts.sshd.known_hosts.read_text()
    hosts.sshd.known_hosts.write_text((hosts.sshd.folder / "user_key.pub").read_text())
    hosts.sshd.known_hosts.write_text(f"there {hosts.sshd.known_hosts.read_text()}")
    done = inside("push", ID, "there:")
    assert (7, "", 1) == (done.code, done.out, len(done.lines))
    assert "there: the key of this host is another one than before" in done.err
    hosts.sshd.known_hosts.write_text(known)
    assert 0 == inside("push", ID, "there:").code
