"""Where others may write, too, nothing that arrives is led elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.errors import BusyError, StorageError
from datamaestro.moving.differing import copied
from datamaestro.moving.here.source import LocalSource
from datamaestro.moving.ways import push
from datamaestro.store.placing import Placing
from datamaestro_hookspecs.offers import Content, Offer, OtherVersion, Wanted
from support.holding import hold, seen

ID = "org.example.x@test"
TREE: dict[str, bytes | str] = {"sub/a": b"a" * 1000, "sub/b": b"b", "sub/c": b"c", "z/l": "../sub"}

PLACES = ["run-*", "run-*/moved", "run-*/moved/*.tree", "run-*/moved/*.tree/sub"]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Return a folder of the user's, with names in it that data sets have, too."""
    folder = tmp_path / "private"
    for inside in ["", "moved", "sub", "moved/sub"]:
        (folder / inside).mkdir(exist_ok=True, parents=True)
        for name in ["a", "b", "c", "l", "owner.json", "some-thing"]:
            (folder / inside / name).write_bytes(b"own")
    return folder


@pytest.fixture
def exchange(tmp_path: Path, private: Path) -> Callable[[str], None]:
    """Return what somebody else does: puts a link to a folder of the user's in another's place."""

    def exchange(where: str) -> None:
        (folder,) = (tmp_path / "other/partial/test/org.example.x").glob(where)
        folder.rename(folder.with_name("taken"))
        folder.symlink_to(private)

    return exchange


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("moment", ["sub/a", "sub/b", "sub/c"])
def test_what_arrives_is_led_nowhere(
    store: Path,
    tmp_path: Path,
    private: Path,
    exchange: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    moment: str,
) -> None:
    """A folder that was exchanged for a link is an error (8), and nothing elsewhere changes."""
    whole = LocalSource.read

    def read(self: LocalSource, offer: Offer, wanted: Iterator[Wanted]) -> Iterator[Content]:
        for content in whole(self, offer, wanted):

            def readinto(buffer: memoryview, content: Content = content) -> int:
                if content.path == f"tree/{moment}" and not done:
                    exchange(place)
                    done.append(place)
                return content.readinto(buffer)

            yield evolve(content, readinto=readinto)

    done: list[str] = []
    hold(store, ID, tree=TREE)
    before = _all(private)
    monkeypatch.setattr(LocalSource, "read", read)
    with pytest.raises(StorageError):
        push(Context(jobs=1), [], str(tmp_path / "other"))
    assert done
    assert before == _all(private)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system has no such paths")
@pytest.mark.parametrize("place", PLACES[:3])
@pytest.mark.parametrize("name", ["tree", "WHOLE"])
def test_what_is_published_is_what_has_arrived(
    store: Path,
    tmp_path: Path,
    private: Path,
    exchange: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    name: str,
) -> None:
    """Nothing else of the user's gets there, or is opened for others."""
    real = Placing.place

    def put(self: Placing) -> Any:
        monkeypatch.undo()
        exchange(place)
        return real(self)

    hold(store, ID, **{name: TREE})
    before = _all(private)
    monkeypatch.setattr(Placing, "place", put)
    if place == PLACES[2]:
        with pytest.raises(BusyError):
            push(Context(), [], str(tmp_path / "other"))
        assert {} == seen(tmp_path / "other")
    else:
        push(Context(), [], str(tmp_path / "other"))
        assert seen(store) == seen(tmp_path / "other")
    assert before == _all(private)


def test_a_copy_for_another_program_is_where_nobody_else_can_write(tmp_path: Path) -> None:
    """It only knows the path; so what is in the way already is not used."""
    (tmp_path / "old").write_bytes(b"old")
    other = OtherVersion(tmp_path / "old", tmp_path / "run/moved/other")
    (tmp_path / "run/moved").mkdir(parents=True)
    with copied(other) as copy:
        assert b"old" == copy.read_bytes()
        assert 0o40700 == copy.parent.stat().st_mode
    assert [] == list((tmp_path / "run/moved").iterdir())
    (tmp_path / "run/moved/other").mkdir(mode=0o777)
    (tmp_path / "run/moved/other").chmod(0o777)
    with pytest.raises(StorageError, match="others may write there"), copied(other):
        pass


def _all(folder: Path) -> dict[str, object]:
    """Return all that is in a folder, with modes and times."""
    return {
        str(one): (one.lstat().st_mode, one.lstat().st_mtime_ns, one.is_file() and one.read_bytes())
        for one in folder.rglob("*")
    }
