"""Processes are killed, again and again: the next ones go on, and what is published is right.

``DATAMAESTRO_TEST_KILLS`` is how many kills each of these tests makes, ``DATAMAESTRO_TEST_SEED``
where chance begins.
"""

import os
import random
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from attrs import define, field

from datamaestro.testing.faults import FaultServer, stall, throttle
from support.archives import TREE, prepare_folder, serve_archive
from support.dying import die_again_and_again
from support.processes import OTHER_HOST, Crowd, Running, other_host_works
from support.transfers import ID, Kind, content, digest, prepare_here, published, recorded, serve
from support.trees import content_of
from support.waiting import SECONDS, eventually
from support.witness import Witness
from support.worlds import die_at_change, grant_every_lock, hide_other_writers, hurry_leases

KILLS = int(os.environ.get("DATAMAESTRO_TEST_KILLS", "4"))
SEED = int(os.environ.get("DATAMAESTRO_TEST_SEED", "0"))

KIND = Kind(content(16_000_000))
SIZE = len(KIND.result)

RATE = 8_000_000
"""Bytes a second that the server sends."""

JOURNAL = 0.5
"""Seconds between two entries in the journal: what came after the last one is lost."""

LEASE = 1.5
"""Seconds after which a process on another host counts as ended, in these tests."""

HERE: tuple[str, ...] = ()

other_host = pytest.mark.skipif(
    not other_host_works(), reason="this user may not make a host of his own (unshare)"
)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """Return what starts processes; none is left in the end."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    with Crowd(folder) as members:
        yield members


@define
class Torment:
    """Processes that prepare one data set at the same time, and are killed.

    Args:
        crowd: starts them.
        server: has the file.
        store: the data directory.
        places: where they run, as :data:`OTHER_HOST` says.
        lost: bytes that the kills may have cost.
    """

    crowd: Crowd
    server: FaultServer
    store: Path
    places: Sequence[Sequence[str]] = (HERE, HERE, HERE)
    chance: random.Random = field(factory=lambda: random.Random(SEED))
    rounds: int = 0
    lost: int = 0

    def torment(self, kills: int = KILLS) -> None:
        """Kill processes so many times, in as many rounds as that takes; in each, all succeed."""
        while kills > 0:
            store = self.store / f"{self.rounds}"
            with Witness(store / "data/test/org/example/one/a.bin") as witness:
                kills -= self._round(store, kills)
            assert {digest(KIND.result)} == set(witness.digests)
            self.rounds += 1

    def _round(self, store: Path, kills: int) -> int:
        """Return how often processes were killed until there was nothing left to do."""
        running, killed = [self._start(store, place) for place in self.places], 0
        while killed < kills and self._wait_for_progress(running):
            for index in self.chance.sample(range(len(running)), self.chance.randint(1, 3)):
                running[index].kill()
                running[index] = self._start(store, self.places[index])
            killed += 1
        for each in running:
            done = each.end()
            assert 0 == done.code, done.err
        return killed

    def _start(self, store: Path, place: Sequence[str]) -> Running:
        return self.crowd.start("prepare", ID, within=place, DATAMAESTRO_DIR=str(store))

    def _wait_for_progress(self, running: Sequence[Running]) -> bool:
        """Wait until some bytes more were sent; return whether anybody is still at work."""
        before = self.server.sent[KIND.path]
        goal = before + self.chance.randrange(SIZE // 2)
        eventually(lambda: self.server.sent[KIND.path] >= goal or all(r.ended for r in running))
        self.lost += min(self.server.sent[KIND.path] - before, int(JOURNAL * RATE))
        return not all(each.ended for each in running)


def test_killed_at_random_moments(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """Little more is fetched than the file has, and what each kill may have cost."""
    serve(site, server, KIND)
    server.rate = RATE
    torment = Torment(crowd, server, store)
    torment.torment()
    assert server.sent[KIND.path] <= 1.1 * SIZE * torment.rounds + torment.lost


def test_killed_with_many_connections(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """What arrived ahead of a gap is not taken for what should be in it."""
    serve(site, server, KIND)
    server.always = throttle(RATE / 8)
    Torment(crowd, server, store).torment()
    assert any("Range" in request.headers for request in server.requests)


def test_killed_where_everyone_has_the_lock(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """Locks only save work, and not all of it."""
    grant_every_lock(site)
    serve(site, server, KIND)
    server.rate = RATE
    torment = Torment(crowd, server, store)
    torment.torment()
    assert server.sent[KIND.path] <= 1.1 * SIZE * torment.rounds + torment.lost


def test_killed_where_nobody_sees_the_others(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """Each is on its own; what is published is right all the same."""
    grant_every_lock(site)
    hide_other_writers(site)
    serve(site, server, KIND)
    server.rate = RATE
    Torment(crowd, server, store).torment()


@other_host
def test_killed_on_several_hosts(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """Where neither locks nor process ids tell who has ended, time does."""
    grant_every_lock(site)
    hurry_leases(site, LEASE)
    serve(site, server, KIND)
    server.rate = RATE
    torment = Torment(crowd, server, store, places=(HERE, OTHER_HOST, OTHER_HOST))
    torment.torment()
    assert server.sent[KIND.path] <= 1.1 * SIZE * torment.rounds + torment.lost


@other_host
def test_one_that_counts_as_ended_wakes_up(
    site: Path, server: FaultServer, store: Path, crowd: Crowd
) -> None:
    """What it still writes is not in what the other one publishes; both succeed."""
    grant_every_lock(site)
    hurry_leases(site, LEASE)
    serve(site, server, KIND)
    server.will(KIND.path, stall(SIZE // 2))
    with Witness(store / "data/test/org/example/one/a.bin") as witness:
        sleeper = crowd.start("prepare", ID, within=OTHER_HOST)
        assert server.stalled.wait(SECONDS)
        (pid,) = sleeper.children
        os.kill(pid, signal.SIGSTOP)
        second = crowd.start("prepare", ID).end()
        server.release()
        os.kill(pid, signal.SIGCONT)
        first = sleeper.end()
    assert (0, 0) == (second.code, first.code), second.err + first.err
    assert first.document == second.document
    assert {digest(KIND.result)} == set(witness.digests)


def test_killed_before_each_change_of_the_disk(
    site: Path, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it dies, nothing half is to be seen, and the next run makes it whole."""
    die_at_change(site)
    kind = Kind(content(1_200_000), packed=True)
    serve(site, server, kind)
    stores = die_again_and_again(tmp_path, ["prepare", ID])
    assert len(stores) > 12
    for store in stores:
        monkeypatch.setenv("DATAMAESTRO_DIR", str(store))
        goes_on_after_death(store, {"a.bin": digest(kind.result)})


@pytest.mark.parametrize(("name", "path"), [("a.tar.gz", "sub/folder"), ("a.zip", ".")])
def test_an_archive_killed_before_each_change_of_the_disk(
    name: str,
    path: str,
    site: Path,
    server: FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever it dies, no part of the folder is to be seen; the next run makes it whole."""
    die_at_change(site)
    serve_archive(site, server, name, f"path={path!r}")
    stores = die_again_and_again(tmp_path, ["prepare", ID])
    assert len(stores) > 20
    for store in stores:
        monkeypatch.setenv("DATAMAESTRO_DIR", str(store))
        folder = store / "data/test/org/example/one" / path
        assert not folder.exists() or TREE == content_of(folder)
        assert folder == prepare_folder()
        assert (TREE, ["data"]) == (content_of(folder), recorded(store))
        assert not list(store.glob("partial/**/found"))


def goes_on_after_death(store: Path, whole: dict[str, str]) -> None:
    """What is there is right or nothing; and when it is prepared again, it is there."""
    before = recorded(store)
    assert published(store) in ([whole] if before else [{}, whole])
    assert (0, ["a"], whole) == (prepare_here(), recorded(store), published(store))
    assert before or not list((store / "partial").rglob("run-*"))
