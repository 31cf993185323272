"""Where data sets are put together: what others have left or put there does no harm."""

import os
from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.errors import StorageError
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.ways import push
from datamaestro.store.writers import start_writing
from support.holding import hold, seen

ID = "org.example.x@test"


@pytest.fixture
def left(store: Path, tmp_path: Path) -> Path:
    """Return the folder in which all has arrived of a data set, which nobody can see yet."""
    hold(store, ID, tree={"a": b"a" * 100, "sub/f": b"f" * 100})
    with LocalSide(Context(store)) as here, LocalSide(Context(tmp_path / "other")) as there:
        (offer,) = here.offers([])
        with there.deliver(offer) as arriving:
            arriving.receive(here.read(offer, arriving.lacking))
    (folder,) = tmp_path.glob("other/partial/*/*/run-*/moved/*.tree")
    return folder


@pytest.mark.parametrize("exchanged", ["sub", "."])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_that_was_left_in_the_way_goes(
    store: Path, tmp_path: Path, left: Path, exchanged: str, dangling: bool
) -> None:
    """What is behind it is neither read nor touched, and is sent from here."""
    outside, place = tmp_path / "outside", left if exchanged == "." else left / exchanged
    place.rename(outside)
    place.symlink_to(tmp_path / "nowhere" if dangling else outside)
    before = {path: path.stat() for path in [outside, *outside.rglob("*")] if path.is_file()}
    with LocalSide(Context(store)) as here, LocalSide(Context(tmp_path / "other")) as there:
        lacking = there.lacking(here.offers([])[0])
    assert ("tree/sub/f", 0) in [(one.path, one.offset) for one in lacking]
    push(Context(store), [], str(tmp_path / "other"))
    assert seen(store) == seen(tmp_path / "other")
    assert before == {path: path.stat() for path in before}
    assert [] == list(tmp_path.glob("other/partial/*/*/run-*"))


def test_a_link_in_place_of_all_that_was_left_goes(store: Path, tmp_path: Path, left: Path) -> None:
    """With the folder of the run, which has nothing else."""
    left.parent.rename(tmp_path / "outside")
    left.parent.symlink_to(tmp_path / "outside")
    push(Context(store), [], str(tmp_path / "other"))
    assert seen(store) == seen(tmp_path / "other")
    assert (tmp_path / "outside" / left.name / "sub/f").is_file()
    assert [] == list(tmp_path.glob("other/partial/*/*/run-*"))


def test_what_another_file_system_has_is_left_alone(
    store: Path, tmp_path: Path, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is mounted in the way; the error says where that is."""
    fstat, mounted = os.fstat, (left / "sub").stat().st_ino
    (left / "sub/other").write_bytes(b"of it")

    def as_if_mounted(file: int) -> os.stat_result:
        found = fstat(file)
        other = [*found[:2], found.st_dev + 1, *found[3:]]
        return os.stat_result(other) if found.st_ino == mounted else found

    monkeypatch.setattr(os, "fstat", as_if_mounted)
    with pytest.raises(StorageError, match=r"run-\w+/moved/\w+\.tree/sub: another file system"):
        push(Context(store), [], str(tmp_path / "other"))
    (kept,) = tmp_path.glob("other/partial/*/*/run-*/moved/*.tree/sub/other")
    assert b"of it" == kept.read_bytes()


def test_a_link_that_comes_in_the_way_is_told_where_it_is(
    store: Path, tmp_path: Path, left: Path
) -> None:
    """As where a neighbour puts it there while a data set arrives."""
    with LocalSide(Context(store)) as here, LocalSide(Context(tmp_path / "other")) as there:
        (offer,) = here.offers([])
        with there.deliver(offer) as arriving:
            arriving.receive(here.read(offer, arriving.lacking))
            (folder,) = tmp_path.glob("other/partial/*/*/run-*/moved/*.tree")
            (folder / "sub").rename(tmp_path / "outside")
            (folder / "sub").symlink_to(tmp_path / "outside")
            with pytest.raises(StorageError) as caught:
                arriving.commit()
    assert caught.value.message == f"cannot use {folder}/sub: it is reached through a link"


def test_a_run_that_ended_before_anything_arrived_is_cleared_away(
    store: Path, tmp_path: Path
) -> None:
    """One that may be at work, or of which there is more, is not."""
    hold(store, ID, a=b"a")
    partial = tmp_path / "other/partial/test/org.example.x"
    ended, preparing, alive = (start_writing(partial) for _ in range(3))
    owner, _ = ended.read()
    assert owner is not None
    for writer in (ended, preparing):
        writer.sign(evolve(owner, started="another one"), 1)
    preparing.work("A").mkdir()
    push(Context(store), [], str(tmp_path / "other"))
    assert {preparing.folder, alive.folder} == set(partial.glob("run-*"))
