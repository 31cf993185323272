"""A verification that was interrupted goes on."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.house.verifying.journal import OLD, _checksum
from datamaestro.house.verifying.readers import Readers
from datamaestro.house.verifying.verification import Verification
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.layout import Store
from support.on_record import FILES, hold, states, verify


class Interrupted(Exception):
    """Somebody presses Ctrl-C."""


@pytest.fixture
def holding(store: Path) -> Holding:
    """Return a data set whose verification was interrupted when all its files had been read."""
    held = hold(store, "a", FILES)
    hold(store, "b", FILES)
    interrupt(store)
    return held


def interrupt(store: Path) -> None:
    """Verify, but only the first of two data sets."""

    def chosen() -> Iterator[Holding]:
        yield next(holdings(Store(store)))
        raise Interrupted

    with Readers(2) as readers, pytest.raises(Interrupted):
        list(Verification(readers).verify(chosen()))


def resumed(store: Path, *, again: bool = False) -> int:
    """Verify; return how many files were not read again."""
    with Readers(2) as readers:
        work = Verification(readers, again=again)
        assert all(one.right for one in work.verify(holdings(Store(store))))
    return work.resumed


def test_what_was_read_is_not_read_again(holding: Holding) -> None:
    """Once; when all has been verified, nothing is left to go on with."""
    root = holding.store.root
    assert holding.store.verifying(holding).is_file()
    assert [len(FILES), 0] == [resumed(root), resumed(root)]
    assert not holding.store.verifying(holding).exists()


def test_one_may_begin_anew(holding: Holding) -> None:
    """Where that is said."""
    assert 0 == resumed(holding.store.root, again=True)


def test_what_has_changed_since_is_read_again(holding: Holding) -> None:
    """Also where size and time are the same, since the time of any change cannot be set."""
    place = holding.folder / "a.txt"
    before = place.stat().st_mtime_ns
    place.write_bytes(b"Some words")
    os.utime(place, ns=(before, before))
    found, _ = verify(holding.store.root)
    assert {"a.txt"} == {path for path, file in found.files.items() if not file.facts}


def test_what_was_read_long_ago_is_read_again(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since a disk may have lost it meanwhile, which no time tells."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + OLD)
    assert 0 == resumed(holding.store.root)


def test_a_line_that_is_half_written_is_of_no_use(holding: Holding) -> None:
    """As a process leaves it that is killed while it writes; what others add is."""
    journal = holding.store.verifying(holding)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    assert 0 == resumed(holding.store.root)
    journal.write_bytes(whole[:-20] + whole)
    assert len(FILES) == resumed(holding.store.root)


@pytest.mark.parametrize("batch", [b"[" * 100_000, b"[%s, []]" % (b"9" * 400)])
def test_a_journal_that_says_what_cannot_be_is_none(holding: Holding, batch: bytes) -> None:
    """Though its checksum is right."""
    line = b"%b %b\n" % (_checksum(batch), batch)
    holding.store.verifying(holding).write_bytes(line)
    assert 0 == resumed(holding.store.root)


def test_where_it_cannot_be_written_it_is_elsewhere(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what can be made anew, in the user's cache directory; or it is left out."""
    hold(store, "a", FILES)
    hold(store, "b", FILES)
    monkeypatch.setattr(Store, "verifying", lambda self, named: store / "state/test/a.json/no")
    interrupt(store)
    assert [len(FILES), 0] == [resumed(store), resumed(store)]
    monkeypatch.setenv("XDG_CACHE_HOME", str(store / "state/test/a.json"))
    interrupt(store)
    assert 0 == resumed(store)


def test_it_is_not_in_the_way(holding: Holding) -> None:
    """A journal is no record, and no folder of a data set."""
    assert ["a", "b"] == [one.id for one in holdings(holding.store)]
    (holding.store.root / "state/test/b.json").unlink()
    (holding.store.root / "state/test/b.files.jsonl").unlink()
    assert {} == states(holding.store.root)


def test_it_is_written_through_no_link(store: Path, tmp_path: Path) -> None:
    """What the link leads to stays as it is."""
    held = hold(store, "a", FILES)
    hold(store, "b", FILES)
    (tmp_path / "precious").touch()
    held.store.verifying(held).symlink_to(tmp_path / "precious")
    interrupt(store)
    assert b"" == (tmp_path / "precious").read_bytes()
