"""Digests along the frontier, and the journal by which a later run goes on."""

import hashlib
import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine import following as module
from datamaestro.engine.following import LASTING, Follower, Spoiled
from datamaestro.engine.run import Cancelled, Run
from datamaestro.engine.spool import Spool
from datamaestro.errors import TransferError
from datamaestro.plugins.registry import plugins
from datamaestro.settings import Settings
from datamaestro.store.layout import Store
from datamaestro.store.partial import Partial, partial_of, read_journal
from datamaestro.store.writers import start_writing
from datamaestro_hookspecs.cards import Card
from support.transfers import content, digest
from support.waiting import eventually

URL = "https://example.org/x"
REASON = TransferError(URL, "it broke")

cuts = st.lists(st.integers(1, 200), min_size=1, max_size=10)


@pytest.fixture(autouse=True)
def quick_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass at each look at the clock, so that all that is read is written down."""
    clock = SimpleNamespace(monotonic=itertools.count().__next__)
    monkeypatch.setattr(module, "time", clock)


def new_run(folder: Path) -> Run:
    definition: Any = SimpleNamespace(card=Card("org.example.one", "test"))
    writer = start_writing(folder / "partial")
    return Run(definition, Store(folder), writer, {}, {}, {}, Settings(folder), plugins())


def fill(spool: Spool, data: bytes, until: int) -> None:
    """Let the bytes come that are missing before some offset."""
    position = spool.pieces.frontier
    piece = spool.take(until - position, 1 << 30)
    if piece is not None and until > position:
        spool.write(piece, memoryview(data[position:until]))


def follow(
    run: Run, spool: Spool, partial: Partial, *algorithms: str, journalled: bool = True
) -> dict[str, str]:
    return Follower(run, spool, partial, algorithms, int, journalled=journalled).follow()


def broken_off(folder: Path, data: bytes, lengths: list[int]) -> Partial:
    """Return what is left of runs that broke off after so many further bytes each."""
    partial, run = partial_of(folder, URL, "x"), new_run(folder)
    for until in itertools.accumulate(lengths):
        with Spool(partial.path, partial.journal.length, len(data)) as spool:
            fill(spool, data, until)
            spool.fail(REASON)
            with pytest.raises(TransferError):
                follow(run, spool, partial)
    return partial_of(folder, URL, "x")


def lengths_of(partial: Partial) -> list[int]:
    return [mark.length for mark in partial.journal.marks]


@settings(max_examples=20, deadline=None)
@given(lengths=cuts, block=st.integers(1, 300), journalled=st.booleans())
def test_digests_are_those_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], block: int, journalled: bool
) -> None:
    """However the bytes come and however many are read at a time; each algorithm is computed."""
    folder, data = tmp_path_factory.mktemp("following"), content(sum(lengths))
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr("datamaestro.engine.run.BLOCK", block)
        run, partial = new_run(folder), partial_of(folder, URL, "x")
        with Spool(partial.path, 0, len(data)) as spool:
            found = pool.submit(follow, run, spool, partial, "md5", journalled=journalled)
            for until in itertools.accumulate(lengths):
                fill(spool, data, until)
            expected = {"md5": hashlib.md5(data).hexdigest(), "sha256": digest(data)}
            assert expected == found.result()


@settings(max_examples=20, deadline=None)
@given(cuts, st.integers(1, 300), st.integers(0, 200), st.booleans())
def test_the_journal_is_always_right(
    tmp_path_factory: pytest.TempPathFactory,
    lengths: list[int],
    block: int,
    ahead: int,
    soon: bool,
) -> None:
    """Wherever it breaks off, and however soon: each mark is right, the last of all that is of use.

    That is what came before the first gap.
    """
    folder, there = tmp_path_factory.mktemp("following"), sum(lengths)
    data = content(there + 300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datamaestro.engine.run.BLOCK", block)
        if soon:
            patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 0.0))
        partial = broken_off(folder, data, lengths[:-1])
        with Spool(partial.path, partial.journal.length, len(data)) as spool:
            fill(spool, data, there)
            gap, beyond = spool.take(10, 500), spool.take(200, 500)
            assert gap is not None
            assert beyond is not None
            spool.write(beyond, memoryview(data[beyond.position : beyond.position + ahead]))
            spool.fail(REASON)
            with pytest.raises(TransferError):
                follow(new_run(folder), spool, partial)
    journal = read_journal(partial.path)
    assert journal is not None
    assert there == journal.length
    left = partial.path.read_bytes()
    for mark in journal.marks:
        assert digest(left[: mark.length]) == mark.sha256


@settings(max_examples=20, deadline=None)
@given(lengths=cuts, data=st.data())
def test_damage_is_found_and_what_is_before_it_is_kept(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], data: st.DataObject
) -> None:
    """A byte that changed spoils all from the mark before it on; without damage nothing is."""
    folder, whole = tmp_path_factory.mktemp("following"), content(sum(lengths) + 10)
    partial, run = broken_off(folder, whole, lengths), new_run(folder)
    there = bytearray(partial.path.read_bytes())
    spoilt = data.draw(st.integers(0, len(there) - 1))
    there[spoilt] ^= 1
    partial.path.write_bytes(there)
    with Spool(partial.path, len(there), len(whole)) as spool, pytest.raises(Spoiled) as caught:
        follow(run, spool, partial)
    good = max([0, *(length for length in lengths_of(partial) if length <= spoilt)])
    assert good == caught.value.good
    partial.cut(good)
    with Spool(partial.path, partial.journal.length, len(whole)) as spool:
        fill(spool, whole, len(whole))
        assert digest(whole) == follow(run, spool, partial)["sha256"]


def test_the_journal_is_kept_while_bytes_arrive(tmp_path: Path) -> None:
    """A run that is killed leaves a journal of what had arrived a moment before."""
    partial, run = partial_of(tmp_path, URL, "x"), new_run(tmp_path)
    with Spool(partial.path, 0, 6) as spool, ThreadPoolExecutor(1) as pool:
        following = pool.submit(follow, run, spool, partial)
        for there in (2, 4):
            fill(spool, b"abcdef", there)
            wait_until_known(partial, there)
        fill(spool, b"abcdef", 6)
        assert digest(b"abcdef") == following.result()["sha256"]


def length_on_disk(partial: Partial) -> int:
    journal = read_journal(partial.path)
    return 0 if journal is None else journal.length


def wait_until_known(partial: Partial, length: int) -> None:
    eventually(lambda: length_on_disk(partial) == length)


def test_what_nobody_can_go_on_with_has_no_journal(tmp_path: Path) -> None:
    """Neither while it arrives nor when it breaks off."""
    partial, run = partial_of(tmp_path, URL, "x"), new_run(tmp_path)
    with Spool(partial.path, 0, 10) as spool:
        fill(spool, b"abcdef", 6)
        spool.fail(REASON)
        with pytest.raises(TransferError):
            follow(run, spool, partial, journalled=False)
    assert [partial.path] == [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize(("size", "expected"), [(LASTING - 1, 0), (LASTING, LASTING)])
def test_a_large_file_that_is_whole_is_in_the_journal(
    size: int, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it came at once; a run that is killed now has not fetched it in vain."""
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 0.0))
    data = content(size)
    partial, run = partial_of(tmp_path, URL, "x"), new_run(tmp_path)
    with Spool(partial.path, 0, size) as spool:
        fill(spool, data, size)
        follow(run, spool, partial)
    assert expected == length_on_disk(partial)


def test_reading_what_is_left_of_an_earlier_run_can_be_stopped(tmp_path: Path) -> None:
    """It may be long, and nothing that arrives says that it is over."""
    partial, run = broken_off(tmp_path, content(100), [50]), new_run(tmp_path)
    run.stop()
    with Spool(partial.path, 50, 100) as spool, pytest.raises(Cancelled):
        follow(run, spool, partial)
