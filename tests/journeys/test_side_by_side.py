"""Several processes prepare the same data set at once: one does the work, all succeed."""

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Barrier, Event

import pytest

from datamaestro.testing.faults import GOOD, Fault, FaultServer, stall
from support.command import Outcome
from support.processes import Crowd, Running
from support.repositories import define
from support.transfers import content, digest, published
from support.waiting import SECONDS, eventually
from support.witness import Witness
from support.worlds import grant_every_lock, hide_other_writers

MANY = 8
ID = "org.example.one"
RAW = content(2_000_000)
MADE = RAW[::-1]

DEFINITION = """
    import urllib.request

    def turn(output, raw):
        urllib.request.urlopen({gate!r}).close()
        output.write_bytes(raw.read_bytes()[::-1])

    @dataset()
    class One(Dataset):
        RAW = FileDownloader("raw.bin", {url!r}, sha256={sha256!r}, transient=True)
        MADE = DerivedFile("made.bin", turn, RAW)

        def config(self) -> File:
            return File(path=self.MADE.path)
"""


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """Return what starts processes; none is left in the end."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    with Crowd(folder) as members:
        yield members


@pytest.fixture
def served(site: Path, server: FaultServer) -> FaultServer:
    """Define a data set that is made of a transient file; whoever makes it asks for a gate."""
    server.files |= {"raw.bin": RAW, "gate": b""}
    url, gate, sha256 = server.url("raw.bin"), server.url("gate"), digest(RAW)
    define(site, DEFINITION.format(url=url, gate=gate, sha256=sha256))
    return server


def ends(running: Sequence[Running]) -> list[Outcome]:
    """Wait for all, which succeed and print the same; return how they ended."""
    done = [each.end() for each in running]
    assert [0] * len(done) == [each.code for each in done], [each.err for each in done]
    assert 1 == len({each.out for each in done})
    return done


def test_one_fetches_and_all_wait(served: FaultServer, store: Path, crowd: Crowd) -> None:
    """Each of the others says for whom; then they find everything there."""
    served.will("raw.bin", stall(after=len(RAW) // 2))
    first = crowd.start("prepare", ID)
    assert served.stalled.wait(SECONDS)
    others = [crowd.start("prepare", ID) for _ in range(MANY - 1)]
    who = f"waiting for process {first.process.pid} on {socket.gethostname()}"
    eventually(lambda: all(who in other.told for other in others))
    served.release()
    done = ends([first, *others])
    place = store / "data/test/org/example/one/made.bin"
    assert str(place) == done[0].document["path"]
    assert {"made.bin": digest(MADE)} == published(store)
    assert (["raw.bin", "gate"], len(RAW)) == (served.paths(), served.sent["raw.bin"])


def test_all_start_at_once(served: FaultServer, store: Path, crowd: Crowd) -> None:
    """Whoever comes first, the file is fetched once, and made once."""
    ends([crowd.start("prepare", ID) for _ in range(MANY)])
    assert {"made.bin": digest(MADE)} == published(store)
    assert len(RAW) == served.sent["raw.bin"]
    assert 1 == served.paths().count("gate")


@pytest.mark.usefixtures("served")
def test_all_start_at_once_where_everyone_has_the_lock(
    site: Path, store: Path, crowd: Crowd
) -> None:
    """Some work may be done twice; what is there in the end is right."""
    grant_every_lock(site)
    with Witness(store / "data/test/org/example/one/made.bin") as witness:
        ends([crowd.start("prepare", ID) for _ in range(MANY)])
    assert {digest(MADE)} == set(witness.digests)
    assert {"made.bin": digest(MADE)} == published(store)


def test_all_fetch_at_once_where_nobody_sees_the_others(
    served: FaultServer, site: Path, store: Path, crowd: Crowd
) -> None:
    """Each does all the work; nobody hinders anybody, and what is there in the end is right."""
    grant_every_lock(site)
    hide_other_writers(site)
    together = Barrier(MANY, timeout=SECONDS)
    served.will("raw.bin", *[Fault(before=together.wait)] * MANY)
    with Witness(store / "data/test/org/example/one/made.bin") as witness:
        ends([crowd.start("prepare", ID) for _ in range(MANY)])
    assert {digest(MADE)} == set(witness.digests)
    assert {"made.bin": digest(MADE)} == published(store)
    assert [] == list((store / "partial").rglob("run-*"))


def test_one_needs_what_another_has_used_up(
    served: FaultServer, site: Path, store: Path, crowd: Crowd
) -> None:
    """A transient file that goes while somebody else is about to read it is no failure."""
    grant_every_lock(site)
    hide_other_writers(site)
    together, ended = Barrier(2, timeout=SECONDS), Event()
    served.will("raw.bin", *[Fault(before=together.wait)] * 2)
    served.will("gate", GOOD, Fault(before=lambda: ended.wait(SECONDS)))
    both = [crowd.start("prepare", ID) for _ in range(2)]
    eventually(lambda: any(each.ended for each in both))
    ended.set()
    ends(both)
    assert {"made.bin": digest(MADE)} == published(store)
