"""What is a data set's own goes to the trash, and comes back as it was; all else stays."""

import errno
import inspect
import os
import sys
from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.errors import BusyError, ContentError, StorageError
from datamaestro.house import possessions
from datamaestro.house.possessions import inner_folders, pieces_of, staying
from datamaestro.house.removing import remove
from datamaestro.house.trash.items import Item, items
from datamaestro.house.trash.restoring import restore
from datamaestro.store.descent import open_below
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.lock import locked
from datamaestro.store.manifest import Entry, FileFacts, Manifest, write_sidecar
from datamaestro.store.owner import this_process
from datamaestro.store.writers import start_writing
from datamaestro.testing.faults import FaultServer
from support.forests import forest
from support.killing import killing
from support.on_record import write_manifest
from support.transfers import ID, content, define_one

OWN = "data/acme/a/b"


@pytest.fixture
def holding(store: Path) -> Holding:
    """Return a data set of a file, a folder and a link; one that is in its folder is on record."""
    one = Holding(Store(store), "a.b", "acme")
    inner = Holding(Store(store), "a.b.inner", "acme")
    outside = store.parent / "outside"
    for path in ("x", "sub/y", "dir/z", "inner/i"):
        place = store / OWN / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path)
    outside.mkdir()
    (outside / "mine").touch()
    (store / OWN / "dir/empty").mkdir()
    (store / OWN / "link").symlink_to(outside)
    (store / OWN / "twin").hardlink_to(store / OWN / "x")
    record(
        one,
        Entry("dir", "", folder=True),
        Entry("link", "", link=str(outside)),
        "x",
        "sub/y",
        "dir/z",
        "twin",
    )
    record(inner, "i")
    for path in ("wrong/w", "found/f", "lock"):
        place = store / "partial/acme/a.b" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    one.store.used(one).touch()
    return one


def record(holding: Holding, *resources: str | Entry) -> None:
    """Write records."""
    entries = [Entry(one, "") if isinstance(one, str) else one for one in resources]
    manifest = Manifest({one.path: one for one in entries})
    write_manifest(holding.store.manifest(holding), holding.identity, manifest)
    facts = [
        FileFacts(one, 0, 0, "")
        if isinstance(one, str)
        else FileFacts(one.path, 0, 0, "", one.link)
        for one in resources
        if isinstance(one, str) or one.link
    ]
    write_sidecar(holding.store.sidecar(holding), facts)


def back(store: Store) -> list[tuple[str, str]]:
    """Bring back all that is in the trash; return what stays there, and why."""
    found = [restore(store, item) for item in items(store) if isinstance(item, Item)]
    return [left for one in found for left in one.left]


def test_what_is_its_own_goes_and_comes_back(holding: Holding, store: Path) -> None:
    """Records first. What is in its folder and another one's stays, as does where links lead."""
    before = forest(store, "trash")
    done = remove(holding, -1)
    assert done is not None
    assert [
        "state/acme/a.b.json",
        "state/acme/a.b.files.jsonl",
        "state/acme/a.b.used",
        "partial/acme/a.b/wrong",
    ] == [path for path in done.moved if not path.startswith("data")]
    assert {f"{OWN}/{name}" for name in ("dir", "link", "sub", "twin", "x")} == {
        path for path in done.moved if path.startswith("data")
    }
    assert {"inner", "inner/i"} == forest(store / OWN).keys()
    assert {"mine"} == {path.name for path in (store.parent / "outside").iterdir()}
    assert [] == back(holding.store)
    assert before == forest(store, "trash")


def test_what_others_have_put_there_stays(holding: Holding, store: Path) -> None:
    """In each of its folders, and be it an empty folder of their own."""
    mine = ("mine", "sub/mine", "dir/mine", "folder/empty")
    for path in mine:
        place = store / OWN / path
        if path.endswith("empty"):
            place.mkdir(parents=True)
        else:
            place.write_text("mine")
    before = forest(store, "trash")
    done = remove(holding, -1)
    assert done is not None
    assert {f"{OWN}/{path}" for path in ("dir/empty", "dir/z", "link", "sub/y", "twin", "x")} == {
        path for path in done.moved if path.startswith("data")
    }
    assert all((store / OWN / path).exists() for path in mine)
    assert [] == back(holding.store)
    assert before == forest(store, "trash")


def test_all_that_is_its_own_goes_at_once(holding: Holding, store: Path) -> None:
    """Its folder, where nothing else is in it."""
    remove(Holding(holding.store, "a.b.inner", "acme"), -1)
    done = remove(holding, -1)
    assert done is not None
    assert OWN == done.moved[-1]
    assert remove(holding, -1) is None


def test_names_may_be_odd_and_the_data_directory_a_link(holding: Holding, store: Path) -> None:
    """Names of several lines, or that are no UTF-8."""
    odd = "line\nend \udcff"
    (store / OWN / odd).write_text("x")
    record(holding, odd)
    (store.parent / "link").symlink_to(store)
    before = forest(store, "trash")
    done = remove(holding._replace(store=Store(store.parent / "link")), -1)
    assert done is not None
    assert f"{OWN}/{odd}" in done.moved
    assert [] == back(holding.store)
    assert before == forest(store, "trash")


@pytest.mark.parametrize("late", [False, True])
def test_whoever_is_killed_loses_nothing(
    late: bool, holding: Holding, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any change of the disk; and never does a manifest say that what is gone is there."""
    before = forest(store, "trash")
    data = {path for path in before if path.startswith("data")}
    moment, going = 1, True
    while going:
        going = killing(monkeypatch, moment, lambda: remove(holding, -1), late=late)
        if "state/acme/a.b.json" in forest(store, "trash"):
            assert data <= forest(store, "trash").keys()
        moments = 1
        while killing(monkeypatch, moments, lambda: back(holding.store), late=late):
            if "state/acme/a.b.json" in forest(store, "trash"):
                assert data <= forest(store, "trash").keys()
            moments += 1
        assert before == forest(store, "trash")
        moment += 1
    assert moment > 10


def test_data_that_another_one_prepares_stay(holding: Holding, store: Path) -> None:
    """Whoever holds the lock, or is at work without; nothing is touched."""
    before = forest(store)
    with locked(holding.store.lock(holding), "it", -1), pytest.raises(BusyError):
        remove(holding, 0)
    writer = start_writing(holding.store.partial(holding))
    writer.sign(evolve(this_process(), host="another host"), 1)
    with pytest.raises(BusyError, match="another host"):
        remove(holding, 0)
    writer.remove()
    os.utime(holding.store.partial(holding), ns=(10**18, 10**18))
    after = forest(store)
    assert before.pop("partial/acme/a.b")
    assert after.pop("partial/acme/a.b")
    assert before == after


def test_what_is_begun_meanwhile_in_its_folder_is_put_back(
    holding: Holding, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another data set's data, which came to be there between look and move."""
    remove(Holding(holding.store, "a.b.inner", "acme"), -1)
    before, real = forest(store, "trash"), os.rename

    def begin(source: str, target: str, **more: int) -> None:
        if source == "b":
            (store / OWN / "new").mkdir()
            (store / OWN / "new/n").touch()
            (store / "partial/acme/a.b.new").mkdir()
        real(source, target, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", begin)
        with pytest.raises(BusyError, match=r"a/b/new in the folder of a\.b@acme"):
            remove(holding, -1)
    assert {*before, f"{OWN}/new", f"{OWN}/new/n", "partial/acme/a.b.new"} == {
        *forest(store, "trash")
    }


@pytest.mark.parametrize("link", ["data", "data/acme", "data/acme/a"])
def test_what_is_reached_through_a_link_stays(link: str, holding: Holding, store: Path) -> None:
    """With its records; where its own folder is a link, that alone goes."""
    (store / link).rename(store.parent / "elsewhere")
    (store / link).symlink_to(store.parent / "elsewhere")
    before = forest(store.parent)
    with pytest.raises(StorageError, match="reached through a link"):
        remove(holding, -1)
    assert before == forest(store.parent)


def test_a_folder_that_is_a_link_goes_alone(holding: Holding, store: Path) -> None:
    """What somebody has put elsewhere is not touched."""
    (store / OWN).rename(store.parent / "elsewhere")
    (store / OWN).symlink_to(store.parent / "elsewhere")
    before, elsewhere = forest(store, "trash"), forest(store.parent / "elsewhere")
    done = remove(holding, -1)
    assert done is not None
    assert OWN == done.moved[-1]
    assert elsewhere == forest(store.parent / "elsewhere")
    assert [] == back(holding.store)
    assert before == forest(store, "trash")


def test_what_has_damaged_records_is_not_removed(holding: Holding, store: Path) -> None:
    """Nobody could tell which of its files are its own; nothing is touched."""
    sidecar = holding.store.sidecar(holding)
    sidecar.write_text("".join(sidecar.read_text().splitlines(keepends=True)[:1]))
    before = forest(store)
    with pytest.raises(ContentError, match="has damaged records"):
        remove(holding, -1)
    assert before.keys() | {"partial/acme/a.b/lock"} == forest(store).keys()


def test_what_would_stay_is_counted(holding: Holding, store: Path) -> None:
    """Neither what is its own, nor what is another data set's."""
    assert 0 == staying(holding)
    (store / OWN / "sub/mine").touch()
    (store / OWN / "mine").symlink_to("nowhere")
    assert 2 == staying(holding)


def test_a_folder_that_nobody_may_look_at_is_told(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything of its data set is moved."""

    def refuse(place: Path) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))

    monkeypatch.setattr(Path, "lstat", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        staying(holding)


def test_damaged_records_tell_what_they_can(holding: Holding) -> None:
    """Of a manifest that cannot be understood, the sidecar says what files there are."""
    holding.store.manifest(holding).write_text("{")
    paths = [one.path for one in pieces_of(holding, inner_folders(holding))]
    assert f"{OWN}/sub" in paths


def test_what_came_back_is_not_fetched_again(site: Path, server: FaultServer, store: Path) -> None:
    """It is as if it had never been away."""
    server.files["a.bin"] = content(1000)
    define_one(site, server.url("a.bin"))
    context = Context()
    context.prepare(ID)
    requests, before = len(server.requests), forest(store, "trash")
    holding = Holding(context.store, ID, "test")
    assert remove(holding, -1) is not None
    assert not context.is_prepared(ID)
    assert [] == back(context.store)
    assert before == forest(store, "trash")
    context.prepare(ID)
    assert requests == len(server.requests)


def test_nobody_looks_into_folders_of_somebodys(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be as large and deep as they like, and stay."""
    (holding.folder / "foreign/deep/deeper").mkdir(parents=True)
    opened = []

    def opening(top: int, path: str) -> object:
        opened.append(path)
        return open_below(top, path)

    monkeypatch.setattr(possessions, "open_below", opening)
    remove(holding, -1)
    assert f"{OWN}/dir" in opened
    assert not [path for path in opened if "foreign" in path]
    assert ["foreign", "inner"] == sorted(path.name for path in holding.folder.iterdir())


def test_folders_of_its_own_may_be_too_deep(holding: Holding) -> None:
    """Then nothing is removed, and it is said."""
    folders = "/".join(["d"] * 300)
    (holding.folder / "dir" / folders).mkdir(parents=True)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 200)
    try:
        with pytest.raises(StorageError, match="too many folders in each other"):
            remove(holding, -1)
    finally:
        sys.setrecursionlimit(limit)
    assert (holding.folder / "x").exists()
