"""Several data directories as one, before anything is chosen and after that."""

from pathlib import Path

import pytest

from datamaestro.settings import Settings
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.layout import Store
from datamaestro.store.search_path import SearchPath, store_of
from support.on_record import hold

ID = "org.example.one"


@pytest.fixture
def path(tmp_path: Path) -> SearchPath:
    """Return one's own directory, and two others that are read."""
    own, first, second = (Store(tmp_path / name) for name in ("own", "first", "second"))
    for store in (own, first, second):
        store.root.mkdir()
    return SearchPath(own, [first, second])


def test_places_are_ones_own_where_nothing_is_known(path: SearchPath) -> None:
    """That is where it would be made."""
    holding = Holding(path, ID, "test")
    own = path.own.root
    assert own / "data/test/org/example/one" == holding.folder
    assert own / f"state/test/{ID}.json" == path.manifest(holding)
    assert path.keeps(holding)


def test_places_are_those_of_the_first_directory_with_records(path: SearchPath) -> None:
    """All that is read of a data set is in one directory; what is written is in one's own."""
    for store in path.shared:
        hold(store.root, ID, {"a.txt": b"x"})
    holding, first = Holding(path, ID, "test"), path.shared[0].root
    places = (holding.folder, path.manifest(holding), path.sidecar(holding))
    assert all(place.is_relative_to(first) for place in (*places, path.description(holding)))
    own = (path.partial(holding), path.lock(holding), path.used(holding), path.trash)
    assert all(place.is_relative_to(path.own.root) for place in own)
    assert not path.keeps(holding)


def test_what_is_chosen_counts(path: SearchPath) -> None:
    """Whatever is on record where."""
    hold(path.shared[0].root, ID, {"a.txt": b"x"})
    holding, second = Holding(path, ID, "test"), path.shared[1]
    assert not path.is_chosen(holding)
    path.choose(holding, second)
    assert path.is_chosen(holding)
    assert second.root / "data/test/org/example/one" == holding.folder


def test_what_is_on_record_nowhere_is_read_where_it_is_described(path: SearchPath) -> None:
    """In one's own directory first; it is written there, whatever is chosen."""
    own, first, second = (one.description_of("test", ID) for one in path.stores)
    for place in (second, first):
        place.parent.mkdir(parents=True)
        place.touch()
        assert place == path.description_seen("test", ID)
        assert own == path.description_of("test", ID)
    path.choose(Holding(path, ID, "test"), path.own)
    assert first == path.description_seen("test", ID)
    own.parent.mkdir(parents=True)
    own.touch()
    assert own == path.description_seen("test", ID)


def test_what_is_on_record_is_described_beside_its_records_alone(path: SearchPath) -> None:
    """What is said elsewhere may be of others of its files."""
    own, first, _ = (one.description_of("test", ID) for one in path.stores)
    first.parent.mkdir(parents=True)
    first.touch()
    hold(path.own.root, ID, {"a.txt": b"x"})
    assert own == path.description_seen("test", ID)


def test_what_is_on_record_anywhere_is_told_once(path: SearchPath) -> None:
    """By repository and id."""
    hold(path.own.root, ID, {"a.txt": b"x"})
    hold(path.shared[1].root, ID, {"a.txt": b"x"})
    hold(path.shared[0].root, "org.example.more", {"a.txt": b"x"})
    assert ["org.example.more@test", f"{ID}@test"] == [one.identity for one in holdings(path)]


def test_without_shared_directories_there_is_one(tmp_path: Path) -> None:
    """So is it where none of them can be looked at, or where it is one's own."""
    own, lost = tmp_path / "own", tmp_path / "lost"
    for shared in ((), (lost,), (own,)):
        assert type(store_of(Settings(own, shared=shared))) is Store


def test_a_directory_counts_once(tmp_path: Path) -> None:
    """Whatever leads there."""
    own, one, link = tmp_path / "own", tmp_path / "one", tmp_path / "link"
    for folder in (own, one):
        folder.mkdir()
    link.symlink_to(one)
    (tmp_path / "me").symlink_to(own)
    path = store_of(Settings(own, shared=(link, one, tmp_path / "me")))
    assert isinstance(path, SearchPath)
    assert [own, link] == [store.root for store in path.stores]
