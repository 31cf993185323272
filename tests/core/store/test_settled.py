"""Records that somebody is just writing."""

from pathlib import Path

import pytest

from datamaestro.errors import BusyError
from datamaestro.store import settled
from datamaestro.store.settled import read_settled
from datamaestro.store.soundness import Records, read_records
from support.holding import hold


@pytest.fixture(autouse=True)
def moments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks."""
    monkeypatch.setattr(settled, "MOMENT", 0)


@pytest.mark.parametrize("times", [1, 3])
def test_what_is_being_written_is_read_once_more(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it has been replaced when it is read, and all a moment later."""
    one = hold(tmp_path, "a.b@test", x=b"old")
    left = [times]

    def read(*arguments: object) -> Records:
        found = read_records(one.store, one)
        if left[0]:
            left[0] -= 1
            hold(tmp_path, "a.b@test", x=b"new" * left[0], y=b"new")
            return found._replace(files={})
        return found

    monkeypatch.setattr(settled, "read_records", read)
    assert {"x", "y"} == read_settled(one.store, one).manifest.entries.keys()


def test_what_is_written_again_and_again_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no damage, which a repair would mend."""
    one = hold(tmp_path, "a.b@test", x=b"old")

    def read(*arguments: object) -> Records:
        hold(tmp_path, "a.b@test", x=b"new")
        return read_records(one.store, one)._replace(files={})

    monkeypatch.setattr(settled, "read_records", read)
    with pytest.raises(BusyError, match="again and again"):
        read_settled(one.store, one)


def test_damage_is_given_as_it_is(tmp_path: Path) -> None:
    """Nobody writes, so nothing gets better by waiting."""
    one = hold(tmp_path, "a.b@test", x=b"old")
    one.store.sidecar(one).write_text("")
    assert {} == read_settled(one.store, one).files
