"""Writers: who is at work below a folder, and who has ended."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.store import writers as module
from datamaestro.store.owner import this_process
from datamaestro.store.partial import Journal, write_journal
from datamaestro.store.writers import LEASE, MADE, OWNER, Watch, Writer, start_writing, writers
from support.clocks import Clock
from support.waiting import SECONDS

PROGRAM = """
import sys
from pathlib import Path
from datamaestro.store.partial import Journal, write_journal
from datamaestro.store.writers import start_writing
print(start_writing(Path(sys.argv[1])).folder, flush=True)
sys.stdin.read()
"""

ELSEWHERE = evolve(this_process(), host="other.example")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return start_writing(tmp_path / "partial")


def test_each_writer_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """All are found, and nothing that is none; each knows its owner."""
    partial = tmp_path / "partial"
    assert [] == writers(partial)
    two = [start_writing(partial) for _ in range(2)]
    for name in ("wrong", ".run-half-made"):
        (partial / name).mkdir()
    assert sorted(two, key=lambda writer: writer.folder) == writers(partial)
    assert [two[1]] == writers(partial, besides=two[0])
    assert [(this_process().pid, 0)] * 2 == [
        (owner.pid, beat) for owner, beat in (writer.read() for writer in two) if owner
    ]


@pytest.mark.parametrize("name", ["A", "", "/../../../escaped", "a b", "ü%/"])
def test_a_resource_has_its_own_folder_there(name: str, writer: Writer) -> None:
    """Right below, whatever its name."""
    assert writer.folder == writer.work(name).parent
    assert writer.work(name).resolve().parent == writer.folder.resolve()


def test_a_writer_that_was_killed_has_ended(tmp_path: Path) -> None:
    """And one that lives has not, however long it does nothing."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        writer, watch = Writer(Path(process.stdout.readline().decode().strip())), Watch()
        owner = watch.owner(writer)
        assert (process.pid, False) == (owner and owner.pid, watch.certainly_ended(writer))
        process.kill()
        process.wait(SECONDS)
        assert (None, True) == (watch.owner(writer), watch.certainly_ended(writer))


def test_a_writer_elsewhere_is_at_work_while_it_counts(writer: Writer, clock: Clock) -> None:
    """When its count stands still for the lease it counts as ended, though it may wake up."""
    watch = Watch()
    for beat in range(3):
        writer.sign(ELSEWHERE, beat)
        for seconds in (0, LEASE - 1):
            clock.now += seconds
            assert ELSEWHERE == watch.owner(writer)
    clock.now += 1
    assert (None, False) == (watch.owner(writer), watch.certainly_ended(writer))
    writer.sign(ELSEWHERE, 3)
    assert ELSEWHERE == watch.owner(writer)


def test_each_watch_counts_for_itself(writer: Writer, clock: Clock) -> None:
    """Who has just come knows nothing of how long the count has stood still."""
    writer.sign(ELSEWHERE, 7)
    first = Watch()
    first.owner(writer)
    clock.now += LEASE
    assert (None, ELSEWHERE) == (first.owner(writer), Watch().owner(writer))


@pytest.mark.parametrize("since", ["1970-01-01 00:00:00", "2999-01-01 00:00:00", "?"])
def test_clocks_of_others_play_no_role(since: str, writer: Writer, clock: Clock) -> None:
    """Neither what an owner takes for the time nor the time of its file."""
    owner, watch = evolve(ELSEWHERE, since=since), Watch()
    writer.sign(owner, 0)
    for moment, seconds in ((0, 0.0), (1 << 33, LEASE - 1)):
        os.utime(writer.folder / OWNER, (moment, moment))
        clock.now += seconds
        assert owner == watch.owner(writer)
    clock.now += 1
    assert None is watch.owner(writer)


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"beat": "x"}', '{"beat": 3}', "\x00"])
def test_who_cannot_be_read_is_at_work_for_the_lease(
    damage: str, writer: Writer, clock: Clock
) -> None:
    """A damaged file says that somebody was there."""
    (writer.folder / OWNER).write_text(damage)
    watch = Watch()
    owners = []
    for seconds in (0, LEASE - 1, 1):
        clock.now += seconds
        owners.append(str(watch.owner(writer)))
    unknown = "process 0 on an unknown host, since an unknown time"
    assert [unknown, unknown, "None"] == owners
    assert not watch.certainly_ended(writer)


def test_who_leaves_keeps_what_can_be_gone_on_with(writer: Writer) -> None:
    """Results, files without a journal and empty folders go, and nobody is the owner any more."""
    for name in "AB":
        (writer.work(name) / MADE).mkdir(parents=True)
        (writer.work(name) / MADE / "x").write_text("content")
        (writer.work(name) / "key-x").write_text("")
    kept = [writer.work("A") / "key-x", writer.work("A") / "key.json"]
    write_journal(kept[0], Journal("https://example.org/x"))
    writer.leave()
    assert kept == sorted(path for path in writer.folder.rglob("*") if path.is_file())
    assert [writer.work("A")] == list(writer.folder.iterdir())
    assert (None, True) == (Watch().owner(writer), Watch().certainly_ended(writer))


def test_who_has_nothing_leaves_nothing(writer: Writer) -> None:
    """Nor does who is removed."""
    other = start_writing(writer.folder.parent)
    (other.work("A") / "x").parent.mkdir()
    writer.leave()
    other.remove()
    assert [] == list(writer.folder.parent.iterdir())


def test_counts_replace_each_other(writer: Writer) -> None:
    """Whoever reads sees one or the other, never a part."""
    for before, beat in pairwise(range(4)):
        writer.sign(this_process(), beat)
        owner, found = writer.read()
        assert (this_process().pid, before + 1) == (owner and owner.pid, found)
    assert [OWNER] == [path.name for path in writer.folder.iterdir()]


@pytest.mark.parametrize("name", ["..", ".", "", "owner.json", "made", "a/b", "日" * 80])
def test_each_name_has_a_folder_of_its_own(name: str, writer: Writer) -> None:
    """Directly below the writer's, whatever the name."""
    work = writer.work(name)
    work.mkdir()
    assert writer.folder == work.resolve().parent
    assert (True, True) == (work != writer.folder, (writer.folder / OWNER).is_file())
