"""What is moved to the trash comes back bit for bit, whatever happens meanwhile."""

import hashlib
import json
import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.errors import BusyError, StorageError
from datamaestro.house.trash.discarding import Discarded, Removal, discard
from datamaestro.house.trash.emptying import empty, older
from datamaestro.house.trash.items import DamagedItem, Item, Piece, claim, items, pieces_there
from datamaestro.house.trash.restoring import Restored, restore
from datamaestro.store.descent import open_top
from datamaestro.store.layout import Store
from support.forests import forest, forests, plant
from support.killing import killing


def wanted(store: Store, *paths: str, emptied: tuple[str, ...] = ()) -> Removal:
    """Return the wish to move some paths to the trash."""
    pieces = [Piece(path, (store.root / path).lstat().st_ino) for path in paths]
    return Removal("a.b@acme", "a test", pieces, emptied)


def thrown(store: Store, *paths: str, emptied: tuple[str, ...] = ()) -> Discarded:
    """Move some paths to the trash."""
    (done,) = discard(store, [wanted(store, *paths, emptied=emptied)])
    return done


def brought_back(store: Store) -> list[Restored]:
    """Bring back all that is in the trash."""
    return [restore(store, item) for item in reversed(items(store)) if isinstance(item, Item)]


@pytest.fixture
def planted(store: Path) -> Store:
    """Return a data directory with some things in it."""
    tree = {
        "data": {"acme": {"a": {"b": {"x": ("file", b"x", 0o644), "y": ("twin",)}}}},
        "state": {"acme": {"a.b.json": ("file", b"{}", 0o644)}},
    }
    plant(store, tree)
    return Store(store)


@settings(max_examples=60)
@given(forests, st.randoms(use_true_random=False))
def test_moving_there_and_back_changes_nothing(tree: dict[str, Any], random: Any) -> None:
    """Whatever is in the folder: modes, times, links, other names of files, empty folders."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch, "store"))
        plant(store.root, {"data": {"acme": tree}, "state": {}})
        before = forest(store.root, "trash")
        chosen = [f"data/acme/{name}" for name in tree if random.random() < 0.7]
        if chosen and random.random() < 0.3:
            chosen = ["data/acme"]
        half = random.randint(0, len(chosen))
        todo = [wanted(store, *some) for some in (chosen[:half], chosen[half:])]
        done = discard(store, todo)
        assert chosen == [path for one in done for path in one.moved]
        assert not any(os.path.lexists(store.root / path) for path in chosen)
        random.shuffle(found := items(store))
        assert [] == [left for item in found for left in _restored(store, item).left]
        assert before == forest(store.root, "trash")
        assert [] == list(store.trash.iterdir())


def _restored(store: Store, item: Item | DamagedItem) -> Restored:
    assert isinstance(item, Item)
    return restore(store, item)


def test_folders_that_are_gone_are_made_again(planted: Store) -> None:
    """As they were, also where one could not be written to."""
    (planted.root / "data/acme/a").chmod(0o2750)
    before = forest(planted.root, "trash")
    thrown(planted, "data/acme/a/b", emptied=("data/acme/a", "data/acme"))
    assert [] == list((planted.root / "data").iterdir())
    assert [["data/acme/a/b"]] == [one.back for one in brought_back(planted)]
    assert before == forest(planted.root, "trash")


def test_nothing_is_overwritten(planted: Store) -> None:
    """What is there meanwhile stays, and is named; the rest is restored, the other one later."""
    root = planted.root
    before = forest(root, "trash")
    thrown(planted, "state/acme/a.b.json", "data/acme/a/b/x", "data/acme/a/b/y")
    (root / "data/acme/a/b/x").write_text("new")
    (done,) = brought_back(planted)
    assert ["data/acme/a/b/y"] == done.back
    assert [
        ("data/acme/a/b/x", "something else is there meanwhile"),
        ("state/acme/a.b.json", "it is a record of data that are not back"),
    ] == done.left
    assert "new" == (root / "data/acme/a/b/x").read_text()
    (root / "data/acme/a/b/x").unlink()
    assert [[]] == [one.left for one in brought_back(planted)]
    assert before == forest(root, "trash")


@pytest.mark.parametrize("there", ["file", "folder", "empty", "link"])
def test_a_folder_takes_nobodys_place(there: str, planted: Store) -> None:
    """Neither that of a file, nor of a link, nor of a folder, be that empty."""
    place = planted.root / "data/acme/a"
    thrown(planted, "data/acme/a")
    if there == "folder":
        (place / "new").mkdir(parents=True)
    elif there == "empty":
        place.mkdir()
    elif there == "link":
        place.symlink_to(planted.root)
    else:
        place.touch()
    (done,) = brought_back(planted)
    assert [("data/acme/a", "something else is there meanwhile")] == done.left
    assert 1 == len(items(planted))


@pytest.mark.parametrize("late", [False, True])
def test_whoever_is_killed_loses_nothing(
    late: bool, planted: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any change of the disk, on the way to the trash and on the way back."""
    paths = ("state/acme/a.b.json", "data/acme/a/b/x", "data/acme/a/b/y", "data/acme/a")
    before = forest(planted.root, "trash")

    def there() -> object:
        return thrown(planted, *paths, emptied=("data/acme",))

    def back() -> object:
        return brought_back(planted)

    moment, going = 1, True
    while going:
        going = killing(monkeypatch, moment, there, late=late)
        moments = 1
        while killing(monkeypatch, moments, back, late=late):
            moments += 1
        assert before == forest(planted.root, "trash")
        assert [] == items(planted)
        moment += 1
    assert moment > 10
    empty(planted, [])
    assert [] == list(planted.trash.iterdir())


def test_what_is_another_thing_meanwhile_stays(planted: Store) -> None:
    """As does what is gone; nothing is in the trash then."""
    wish = wanted(planted, "data/acme/a/b/x", "data/acme/a/b/y")
    (planted.root / "data/acme/a/b/y").unlink()
    (planted.root / "data/acme/a/b/new").write_text("new")
    (planted.root / "data/acme/a/b/new").replace(planted.root / "data/acme/a/b/x")
    assert [Discarded("", "a.b@acme", [], [])] == discard(planted, [wish])
    assert "new" == (planted.root / "data/acme/a/b/x").read_text()
    assert [] == list(planted.trash.iterdir())


def test_what_comes_to_be_there_at_the_moment_is_put_back(
    planted: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last look and the move."""
    place, real = planted.root / "data/acme/a/b", os.rename

    def exchange(source: str, target: str, **more: Any) -> None:
        if source == "b":
            monkeypatch.undo()
            place.rename(place.with_name("aside"))
            place.mkdir()
            (place / "new").touch()
        real(source, target, **more)

    wish = wanted(planted, "data/acme/a/b")
    monkeypatch.setattr(os, "rename", exchange)
    assert [] == discard(planted, [wish])[0].moved
    assert [place / "new"] == list(place.iterdir())
    assert [] == list(planted.trash.iterdir())


@pytest.mark.parametrize("link", ["data", "data/acme", "data/acme/a"])
def test_a_link_is_not_followed(link: str, planted: Store, tmp_path: Path) -> None:
    """A folder that has become one between look and move leads nowhere; a link itself can go."""
    wish = wanted(planted, "data/acme/a/b")
    outside = tmp_path / "outside"
    (planted.root / link).rename(outside)
    (planted.root / link).symlink_to(outside)
    (done,) = discard(planted, [wish])
    assert [("data/acme/a/b", "it is reached through a link")] == done.left
    assert 2 == sum(1 for path in outside.rglob("*") if path.is_file())
    assert [link] == thrown(planted, link).moved if link != "data" else True
    assert outside.is_dir()


def test_the_trash_is_no_link(planted: Store, tmp_path: Path) -> None:
    """Nothing is moved where one leads."""
    (tmp_path / "outside").mkdir()
    planted.trash.symlink_to(tmp_path / "outside")
    with pytest.raises(StorageError, match="reached through a link"):
        thrown(planted, "data/acme/a")
    with pytest.raises(StorageError, match="reached through a link"):
        items(planted)
    assert (planted.root / "data/acme/a/b/x").exists()


def test_the_data_directory_may_be_a_link(planted: Store, tmp_path: Path) -> None:
    """All works as it does elsewhere."""
    (tmp_path / "link").symlink_to(planted.root)
    store = Store(tmp_path / "link")
    before = forest(planted.root, "trash")
    thrown(store, "data/acme/a")
    assert [["data/acme/a"]] == [one.back for one in brought_back(store)]
    assert before == forest(planted.root, "trash")


def test_a_damaged_record_costs_nothing(planted: Store) -> None:
    """Whichever byte is another one, or missing: it is told, or harmless, and all stays."""
    thrown(planted, "data/acme/a")
    (record,) = planted.trash.glob("*/record.json")
    text = record.read_bytes()
    (good,) = items(planted)
    for place in range(len(text)):
        for damaged in (text[:place] + bytes([text[place] ^ 4]) + text[place + 1 :], text[:place]):
            record.write_bytes(damaged)
            (item,) = items(planted)
            assert isinstance(item, DamagedItem) or item == good
    record.unlink()
    (item,) = items(planted)
    assert isinstance(item, DamagedItem)
    empty(planted, [])
    assert (record.parent / "0/b/x").exists()


def test_a_record_leads_nowhere_else(planted: Store) -> None:
    """Not out of the folders that are kept here, though its digest be right."""
    done = thrown(planted, "data/acme/a")
    (record,) = planted.trash.glob("*/record.json")
    (item,) = items(planted)
    assert isinstance(item, Item)
    for path in ("data/../../x", "/etc/x", "settings.json", "data"):
        record.write_text(item._replace(pieces=(Piece(path, 1),)).as_text())
        assert path == "data" or isinstance(items(planted)[0], DamagedItem)
    assert done.token == items(planted)[0].token


def test_emptying_follows_no_link(planted: Store, tmp_path: Path) -> None:
    """What was chosen is gone, with what somebody who was killed had begun to delete."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").touch()
    (planted.root / "data/acme/a/link").symlink_to(outside)
    thrown(planted, "data/acme/a")
    (planted.trash / ".gone-x/y").mkdir(parents=True)
    empty(planted, [item for item in items(planted) if isinstance(item, Item)])
    assert [] == list(planted.trash.iterdir())
    assert (outside / "mine").exists()


def test_what_cannot_be_deleted_hinders_nothing_else(
    planted: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told in the end, and tried again the next time."""
    first, second = (thrown(planted, path).token for path in ("data/acme/a", "state/acme"))
    real = os.rmdir

    def refuse(name: Any, **more: Any) -> None:
        if str(name).endswith("b"):
            raise PermissionError(13, "Permission denied", name)
        real(name, **more)

    monkeypatch.setattr(os, "rmdir", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        empty(planted, [item for item in items(planted) if isinstance(item, Item)])
    assert [f".gone-{first}"] == [path.name for path in planted.trash.iterdir()]
    assert second > first
    monkeypatch.undo()
    empty(planted, [])
    assert [] == list(planted.trash.iterdir())


def test_what_is_mounted_is_not_emptied(planted: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be deleted, too."""
    thrown(planted, "data/acme/a")
    chosen = [item for item in items(planted) if isinstance(item, Item)]
    mounts = "datamaestro.house.trash.emptying.mounts_below"
    monkeypatch.setattr(mounts, lambda folder: [f"{folder}/0/b"])
    with pytest.raises(StorageError, match="another file system"):
        empty(planted, chosen)
    assert chosen == items(planted)


def test_age_is_told_by_the_record() -> None:
    """Where it makes no sense, nothing is old."""
    now = datetime.now().astimezone()
    item = Item("t", "w", "r", (now - timedelta(days=2)).isoformat(), (), {})
    assert (True, False) == (
        older(item, timedelta(days=1), now),
        older(item, timedelta(days=3), now),
    )
    for when in ("x", "2020-01-01"):
        assert not older(item._replace(when=when), timedelta(0), now)


def test_one_process_at_a_time_works_on_an_item(planted: Store) -> None:
    """Another one is told so, and changes nothing."""
    token = thrown(planted, "data/acme/a").token
    with open_top(planted.trash / token) as folder:
        claim(folder, "it")
        with pytest.raises(BusyError, match=r"a\.b@acme"):
            brought_back(planted)
    assert [[]] == [one.left for one in brought_back(planted)]


def test_without_locks_all_works(planted: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some network file systems; hard links may be missing as well."""

    def refuse(*arguments: object, **more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = forest(planted.root, "trash")
    monkeypatch.setattr("fcntl.flock", refuse)
    monkeypatch.setattr(os, "link", refuse)
    thrown(planted, "data/acme/a/b/x")
    (planted.root / "data/acme/a/b/x").touch()
    assert [1] == [len(one.left) for one in brought_back(planted)]
    (planted.root / "data/acme/a/b/x").unlink()
    brought_back(planted)
    assert before == forest(planted.root, "trash")


def test_where_nothing_is_there_is_no_trash(store: Path) -> None:
    """Nor an error."""
    assert [] == items(Store(store))
    empty(Store(store), [])
    assert not store.exists()


def test_who_shares_the_data_directory_shares_the_trash(planted: Store) -> None:
    """Whatever the umask of whoever moves something there."""
    planted.root.chmod(0o2770)
    before = os.umask(0o077)
    try:
        token = thrown(planted, "data/acme/a").token
    finally:
        os.umask(before)
    place = planted.trash / token
    assert {0o2770} == {path.stat().st_mode & 0o7777 for path in (planted.trash, place)}
    assert 0o660 == (place / "record.json").stat().st_mode & 0o777


def test_what_is_there_is_told(planted: Store) -> None:
    """Where somebody has deleted what was in an item, nothing comes back, and it goes."""
    token = thrown(planted, "data/acme/a").token
    (item,) = items(planted)
    assert isinstance(item, Item)
    assert ["data/acme/a"] == [piece.path for piece in pieces_there(planted, item)]
    shutil.rmtree(planted.trash / token / "0")
    assert [] == pieces_there(planted, item)
    assert [[]] == [one.back for one in brought_back(planted)]
    assert [] == items(planted)


def test_notes_hold_nothing_back(planted: Store) -> None:
    """What is there of them meanwhile is newer; records come back all the same."""
    used = planted.root / "state/acme/a.b.used"
    used.touch()
    thrown(planted, "state/acme/a.b.json", "state/acme/a.b.used", "data/acme/a/b")
    used.touch()
    (done,) = brought_back(planted)
    assert (["data/acme/a/b", "state/acme/a.b.json"], []) == (done.back, done.left)
    assert [] == items(planted)


def test_what_is_on_record_anew_gets_no_earlier_data(planted: Store) -> None:
    """They would lie among its own; all stays in the trash, and says why."""
    thrown(planted, "state/acme/a.b.json", "data/acme/a/b")
    (planted.root / "state/acme/a.b.json").write_text("{}")
    (done,) = brought_back(planted)
    assert [] == done.back
    assert {"its data set is on record anew"} == {why for _, why in done.left}
    assert ["state/acme/a.b.json", "data/acme/a/b"] == [path for path, _ in done.left]
    assert not (planted.root / "data/acme/a/b").exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"pieces": [[5, 1]]},
        {"pieces": [["data/x", "1"]]},
        {"pieces": [["data/\ud800", 1]]},
        {"when": 5},
        {"what": 5},
        {"reason": None},
        {"folders": {"data/acme": ["x", 1]}},
        {"folders": {"data/acme": [1 << 40, 1]}},
        {"folders": {"data/acme": [1, 1.5]}},
        {"released": []},
        {"released": {"id": "../x", "repository": "a", "name": "a", "entry": {}, "files": []}},
    ],
)
def test_a_record_of_wrong_kinds_is_damaged(facts: dict[str, Any], planted: Store) -> None:
    """Though its digest be right: whoever may write in the trash may write any."""
    thrown(planted, "data/acme/a")
    (record,) = planted.trash.glob("*/record.json")
    wrong = {**json.loads(record.read_text())["item"], **facts}
    text = json.dumps(wrong, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    record.write_text(json.dumps({"format": 1, "sha256": digest, "item": wrong}))
    (item,) = items(planted)
    assert isinstance(item, DamagedItem)
    assert "digest" not in item.reason


def test_what_another_process_empties_hides_nothing(
    planted: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that goes between two looks is left out; the others are listed."""
    kept = thrown(planted, "data/acme/a").token
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: [*real(path), "0-gone"])
    assert [kept] == [item.token for item in items(planted)]
