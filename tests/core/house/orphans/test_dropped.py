"""What a definition no longer has goes to the trash with its record, and comes back with it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datamaestro.house.orphans.clearing import clear, identified
from datamaestro.house.orphans.dropped import find_dropped
from datamaestro.house.orphans.orphan import Orphan
from datamaestro.house.trash.items import DamagedItem, Item, items
from datamaestro.house.trash.released import Released
from datamaestro.house.trash.restoring import restore
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.lock import locked
from datamaestro.store.manifest import Entry, FileFacts, Manifest, write_sidecar
from datamaestro.store.writers import start_writing
from support.forests import Forest, forest
from support.holding import hold
from support.killing import killing
from support.on_record import write_manifest

OWN = "data/acme/a/b"
NAMES = {"a.b@acme": frozenset({"kept"})}


@pytest.fixture
def holding(store: Path) -> Holding:
    """Return a data set with three resources, of which its definition has one."""
    one = Holding(Store(store), "a.b", "acme")
    facts = []
    for path in ("kept.txt", "old.txt", "folder/x", "folder/sub/y"):
        place = store / OWN / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path)
        facts.append(FileFacts(path, len(path), place.stat().st_mtime_ns, "0" * 64))
    (store / OWN / "mine").touch()
    entries = {
        "kept": Entry("kept.txt", "1"),
        "old": Entry("old.txt", "2"),
        "gone": Entry("folder", "3", folder=True),
    }
    write_manifest(one.store.manifest(one), one.identity, Manifest(entries))
    write_sidecar(one.store.sidecar(one), facts)
    lock = one.store.lock(one)
    lock.parent.mkdir(parents=True)
    lock.touch()
    return one


def cleared(holding: Holding) -> list[tuple[str, list[str]]]:
    """Move to the trash what is dropped; return what was, by its data set."""
    found = list(find_dropped(holding.store, NAMES))
    done = clear(holding.store, identified(holding.store, found), found, [])
    return [(one.what, one.moved) for one in done]


def back(holding: Holding) -> list[list[tuple[str, str]]]:
    """Bring back all that is in the trash; return what stays there."""
    found = [item for item in items(holding.store) if isinstance(item, Item)]
    return [restore(holding.store, item).left for item in found]


def content(folder: Path) -> Forest:
    """Return what is there; records are written anew, and so have other times."""
    found = forest(folder, "trash")
    return {
        path: (facts[0], facts[2]) if path.startswith("state") else facts
        for path, facts in found.items()
    }


def test_what_no_definition_has_is_found(holding: Holding) -> None:
    """Each with its reason; not of families or unknown data sets, and not while one is prepared."""
    expected = [
        Orphan(f"{OWN}/{path}", f"a.b no longer has the resource {name}", "a.b@acme", name)
        for name, path in (("gone", "folder"), ("old", "old.txt"))
    ]
    assert expected == list(find_dropped(holding.store, NAMES))
    assert [] == list(find_dropped(holding.store, {}))
    writer = start_writing(holding.store.partial(holding))
    assert [] == list(find_dropped(holding.store, NAMES))
    writer.remove()
    holding.store.manifest(holding).write_text("{")
    assert [] == list(find_dropped(holding.store, NAMES))


def test_it_goes_with_its_record_and_comes_back(holding: Holding, store: Path) -> None:
    """All else stays on record meanwhile."""
    before = content(store)
    assert [("a.b@acme", [f"{OWN}/folder"]), ("a.b@acme", [f"{OWN}/old.txt"])] == cleared(holding)
    assert {"kept"} == holding.manifest().entries.keys()
    assert {"kept.txt"} == holding.files().keys()
    assert {"kept.txt", "mine"} == {path.name for path in (store / OWN).iterdir()}
    assert [[], []] == back(holding)
    assert before == content(store)


def test_a_record_goes_without_files(holding: Holding, store: Path) -> None:
    """Where somebody has taken these away."""
    (store / OWN / "old.txt").unlink()
    before = content(store)
    cleared(holding)
    assert [] == list(find_dropped(holding.store, NAMES))
    assert [[], []] == back(holding)
    assert before == content(store)


@pytest.mark.parametrize("late", [False, True])
def test_whoever_is_killed_loses_nothing(
    late: bool, holding: Holding, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any change of the disk, on the way there and on the way back."""
    before = content(store)
    moment, going = 1, True
    while going:
        going = killing(monkeypatch, moment, lambda: cleared(holding), late=late)
        killing(monkeypatch, moment, lambda: back(holding), late=late)
        assert all(left == [] for left in back(holding))
        after = content(store)
        scratch = [path for path in after if path.startswith("state/acme/.")]
        assert before == {path: facts for path, facts in after.items() if path not in scratch}
        moment += 1
    assert moment > 10


def test_what_is_there_meanwhile_stays(holding: Holding, store: Path) -> None:
    """Neither its file nor its record is replaced."""
    cleared(holding)
    (store / OWN / "old.txt").write_text("new")
    assert [f"{OWN}/old.txt"] == [path for left in back(holding) for path, _ in left]
    assert {"kept", "gone"} == holding.manifest().entries.keys()
    assert "new" == (store / OWN / "old.txt").read_text()


def test_what_another_one_prepares_is_left_alone(holding: Holding) -> None:
    """Where that has begun since it was found."""
    found = list(find_dropped(holding.store, NAMES))
    with locked(holding.store.lock(holding), "it", -1):
        done = clear(holding.store, identified(holding.store, found), found, [])
    assert [f"{OWN}/folder", f"{OWN}/old.txt"] == [path for one in done for path, _ in one.left]
    assert [] == items(holding.store)


def test_damage_to_what_is_kept_of_a_record_is_seen(holding: Holding) -> None:
    """As is all other damage."""
    cleared(holding)
    for record in holding.store.trash.glob("*/record.json"):
        text = record.read_text()
        record.write_text(text.replace('"recipe": "', '"recipe": "x'))
    assert all(isinstance(item, DamagedItem) for item in items(holding.store))


@pytest.mark.parametrize("record", ["manifest", "sidecar"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_records_that_cannot_be_read_cost_their_data_set_alone(
    holding: Holding, make: Callable[[Path], None], record: str
) -> None:
    """Nothing is known of it; what others no longer have is found, and no pipe is waited for."""
    other = Holding(holding.store, "z", "acme")
    write_manifest(other.store.manifest(other), other.identity, Manifest({"old": Entry("x", "1")}))
    place: Path = getattr(holding.store, record)(holding)
    place.unlink()
    make(place)
    found = find_dropped(holding.store, {**NAMES, other.identity: frozenset()})
    assert ["data/acme/z/x"] == [one.path for one in found]


def test_an_empty_folder_comes_back_on_record(tmp_path: Path) -> None:
    """A resource without files has nothing but its record that tells of it."""
    holding = hold(tmp_path, "a.b@acme", kept=b"kept", gone={})
    names = {"a.b@acme": ["kept"]}
    found = list(find_dropped(holding.store, names))
    clear(holding.store, identified(holding.store, found), found, [])
    assert {"kept"} == holding.manifest().entries.keys()
    back(holding)
    assert {"kept", "gone"} == holding.manifest().entries.keys()


def test_whoever_is_interrupted_while_a_record_ends_can_have_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are on record still, or in the trash is what brings the record back."""
    holding = hold(tmp_path, "a.b@acme", kept=b"kept", gone=b"gone")
    found = list(find_dropped(holding.store, {"a.b@acme": ["kept"]}))
    seen = identified(holding.store, found)

    def interrupted(self: Released, store: Store) -> None:
        let_go(self, store)
        raise KeyboardInterrupt

    let_go = Released.let_go
    monkeypatch.setattr(Released, "let_go", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clear(holding.store, seen, found, [])
    assert {"kept", "gone"} == holding.manifest().entries.keys()
    assert [] == items(holding.store)
