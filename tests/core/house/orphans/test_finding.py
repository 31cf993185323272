"""What belongs to no data set is found; what may belong to one is none of it."""

import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.house.orphans.clearing import clear, identified
from datamaestro.house.orphans.finding import find_orphans
from datamaestro.house.orphans.orphan import Orphans
from datamaestro.house.trash.items import Item, items
from datamaestro.house.trash.restoring import restore
from datamaestro.index.listing import Stock
from datamaestro.store.descriptions import Description, write_description
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import URLS, Store
from datamaestro.store.lock import locked
from datamaestro.store.manifest import Entry, FileFacts, Manifest, write_sidecar
from datamaestro.store.owner import this_process
from datamaestro.store.writers import Writer, start_writing
from support.forests import forest, forests, plant
from support.holding import hold
from support.on_record import write_manifest

ACME = Stock("acme", frozenset({"com.x", "com.x.inner", "org.y"}), "")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a data directory in which all belongs to data sets that are known."""
    store = Store(tmp_path / "store")
    for path in ("com/x/a.txt", "com/x/inner/b.txt", "com/x/foreign.txt", "org/y/sub/c.txt"):
        put(store, f"data/acme/{path}")
    for dataset_id, path in (("com.x", "a.txt"), ("com.x.inner", "b.txt"), ("org.y", "sub/c.txt")):
        record(store, dataset_id, path)
    put(store, "settings.json")
    put(store, "mine/x")
    put(store, "partial/acme/com.x/lock")
    return store


def put(store: Store, path: str, text: str = "") -> Path:
    """Write a file."""
    place = store.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


def record(store: Store, dataset_id: str, *paths: str, folder: bool = False) -> Holding:
    """Write the records of a data set."""
    one = Holding(store, dataset_id, "acme")
    entries = {path: Entry(path, "recipe", folder=folder) for path in paths}
    write_manifest(store.manifest(one), one.identity, Manifest(entries))
    write_sidecar(store.sidecar(one), [FileFacts(path, 0, 0, "0" * 64) for path in paths])
    return one


def describe(store: Store, repository: str, dataset_id: str, origin: str = "") -> None:
    """Write what is said of a data set."""
    card = {"id": dataset_id, "repository": repository}
    write_description(store, Description(card, origin=origin))


def found(store: Store, *stocks: Stock) -> Orphans:
    """Return what is found, where a repository ``acme`` is installed."""
    return find_orphans(store, stocks or [ACME])


def paths(store: Store, *stocks: Stock) -> list[str]:
    """Return the paths of the orphans; nothing is unknown."""
    orphans, unknown = found(store, *stocks)
    assert [] == unknown
    return [one.path for one in orphans]


def test_what_belongs_to_known_data_sets_is_no_orphan(store: Store) -> None:
    """Nor what somebody has put into their folders, or beside all that is kept here."""
    assert [] == paths(store)


def test_what_was_fetched_by_its_url_alone_is_no_orphan(store: Store) -> None:
    """Nor unknown: no repository has it, and programs ask for it."""
    for place in ("data", "partial"):
        put(store, f"{place}/{URLS}/abc/file")
    assert [] == paths(store)


def test_what_is_nobodys_place_is_an_orphan(store: Store) -> None:
    """As a whole: files, folders, and links, whatever their names."""
    odd = "line\nend \udcff"
    expected = []
    for path in ("data/acme/com/z/deep/x", "data/acme/com/file", f"data/acme/{odd}/x"):
        put(store, path)
        expected.append("/".join(path.split("/")[:4]))
    expected[-1] = f"data/acme/{odd}"
    (store.root / "data/acme/org/link").symlink_to(store.root / "mine")
    (store.root / "data/acme/org.y").symlink_to("nowhere")
    put(store, "data/acme/com.x/a.txt")
    expected += ["data/acme/org/link", "data/acme/org.y", "data/acme/com.x"]
    assert sorted(expected) == paths(store)
    assert {"no data set of acme has its place there"} == {
        one.reason for one in found(store).orphans
    }


def test_what_a_repository_no_longer_has_is_an_orphan(store: Store) -> None:
    """Data, records and what was arriving, with the name of the data set."""
    put(store, "data/acme/com/old/one/x")
    put(store, "data/acme/com/old/two/x")
    record(store, "com.old.one", "x")
    put(store, "state/acme/com.old.one.used")
    put(store, "partial/acme/com.old.two/wrong/x")
    assert {
        ("data/acme/com/old/one", "com.old.one@acme"),
        ("state/acme/com.old.one.files.jsonl", "com.old.one@acme"),
        ("state/acme/com.old.one.json", "com.old.one@acme"),
        ("state/acme/com.old.one.used", "com.old.one@acme"),
        ("data/acme/com/old/two", "com.old.two@acme"),
        ("partial/acme/com.old.two", "com.old.two@acme"),
    } == {(one.path, one.dataset) for one in found(store).orphans}
    assert "acme no longer has com.old.one" == found(store).orphans[0].reason


def test_what_was_described_is_known(store: Store) -> None:
    """Such as what has come from another computer; its repository may be another one there."""
    put(store, "data/acme/com/received/x")
    put(store, "data/other/com/received/x")
    for repository in ("acme", "other"):
        describe(store, repository, "com.received", origin="another.example.org")
    assert [] == paths(store)
    put(store, "data/other/com/else/x")
    assert [("data/other/com/else", "no repository other is installed")] == found(store).unknown


def test_what_was_made_here_is_not_known_by_what_is_said_of_it(store: Store) -> None:
    """Its repository has it no longer; where that is not installed, what is said has to do."""
    put(store, "data/acme/com/made/x")
    put(store, "data/other/com/made/x")
    for repository in ("acme", "other"):
        describe(store, repository, "com.made")
    assert ["data/acme/com/made", "state/acme/com.made.described"] == paths(store)
    put(store, "state/acme/com.made.described", "damaged")
    assert [] == found(store).orphans
    assert "what is said of it cannot be understood" in {one.reason for one in found(store).unknown}


def test_what_is_only_arriving_is_unknown_where_it_is(store: Store) -> None:
    """Not at a place where nothing is."""
    put(store, "partial/other/com.x/lock")
    assert [("partial/other", "no repository other is installed")] == found(store).unknown


@pytest.mark.parametrize("stock", [None, ACME._replace(names=frozenset(), doubt="it is broken")])
def test_what_cannot_be_told_is_unknown(stock: Stock | None, store: Store) -> None:
    """All of a repository that is not installed, or does not work."""
    orphans, unknown = find_orphans(store, [stock] if stock else [])
    reason = stock.doubt if stock else "no repository acme is installed"
    assert ([], [("data/acme", reason)]) == (orphans, unknown)
    (store.root / "data").rename(store.root / "elsewhere")
    orphans, unknown = find_orphans(store, [stock] if stock else [])
    assert ([], [("state/acme", reason)]) == (orphans, unknown)


def test_where_a_module_is_broken_all_that_is_not_known_may_be_its(store: Store) -> None:
    """Its ids may be any."""
    put(store, "data/acme/com/z/x")
    record(store, "com.z", "x")
    orphans, unknown = found(store, ACME._replace(doubt="cannot import acme.config.other"))
    assert [] == orphans
    assert ["data/acme/com/z", "state/acme/com.z.files.jsonl"] == [one.path for one in unknown]


@pytest.mark.parametrize("text", ["", "{", '{"format": 9, "resources": {}}', "\udcff"])
def test_damaged_records_are_unknown(text: str, store: Store) -> None:
    """With the data that they may be of."""
    put(store, "data/acme/com/z/x")
    put(store, "state/acme/com.z.json").write_bytes(os.fsencode(text))
    orphans, unknown = found(store)
    assert ([], ["data/acme/com/z", "state/acme/com.z.json"]) == (
        orphans,
        [one.path for one in unknown],
    )
    assert "cannot be understood" in unknown[0].reason


def test_files_of_others_beside_records_are_left_alone(store: Store) -> None:
    """Whatever is not named as records are."""
    for path in ("state/acme/notes.txt", "state/acme/sub/com.z.json", "state/acme/a b.used"):
        put(store, path)
    put(store, "partial/acme/my notes/x")
    put(store, "partial/acme/com.x/notes.txt")
    assert [] == paths(store)


def test_what_is_in_the_folder_of_another_one_is_found_by_its_records(store: Store) -> None:
    """Unless the other one has it."""
    put(store, "data/acme/org/y/old/x")
    record(store, "org.y.old", "x")
    assert "data/acme/org/y/old" in paths(store)
    write_sidecar(
        store.sidecar(Holding(store, "org.y", "acme")), [FileFacts("old/x", 0, 0, "0" * 64)]
    )
    assert "data/acme/org/y/old" not in paths(store)
    record(store, "org.y", "old", folder=True)
    assert "data/acme/org/y/old" not in paths(store)


@pytest.fixture
def ended(store: Store) -> Writer:
    """Leave what a run that has ended leaves of a data set that is not known."""
    put(store, "data/acme/com/z/x")
    writer = start_writing(store.root / "partial/acme/com.z")
    writer.sign(evolve(this_process(), started="0"), 0)
    return writer


def test_what_an_ended_run_left_is_an_orphan(ended: Writer, store: Store) -> None:
    """Of a known data set, itself alone; else with all that is there of the data set."""
    assert ["data/acme/com/z", "partial/acme/com.z"] == paths(store)
    with_it = ACME._replace(names=ACME.names | {"com.z"})
    assert [f"partial/acme/com.z/{ended.folder.name}"] == paths(store, with_it)


@pytest.mark.parametrize("host", [socket.gethostname(), "another host"])
def test_what_is_being_prepared_is_no_orphan(host: str, ended: Writer, store: Store) -> None:
    """By this host, or by another one, of which nobody knows whether it has ended."""
    ended.sign(evolve(this_process(), host=host), 1)
    orphans, unknown = found(store)
    expected = [f"partial/acme/com.z/{ended.folder.name}"] if host == "another host" else []
    assert ([], expected) == (orphans, [one.path for one in unknown])


def test_what_is_locked_is_no_orphan(ended: Writer, store: Store) -> None:
    """A process may be about to begin."""
    lock = put(store, "partial/acme/com.z/lock")
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert [] == paths(store)
    assert ["data/acme/com/z", "partial/acme/com.z"] == paths(store)


def test_what_may_be_locked_is_no_orphan(ended: Writer, store: Store) -> None:
    """Where nobody can tell, such as behind a link."""
    assert ended.folder.is_dir()
    (store.root / "partial/acme/com.z/lock").symlink_to("elsewhere")
    assert [] == paths(store)


def test_leftovers_of_known_data_sets_are_orphans(store: Store) -> None:
    """Each with its reason; records that are being written are left alone for a while."""
    kept = ["partial/acme/com.new/found/x", "partial/acme/com.x/wrong/x"]
    for path in [*kept, "partial/acme/com.x/kept/x", "partial/acme/org.z/kept/x"]:
        put(store, path)
    scratch = put(store, f"state/acme/.com.x.json.{'0' * 16}")
    put(store, "data/acme/com/x/.downloads/a.gz")
    put(store, "data/acme/com/new/.downloads/a.gz")
    stock = ACME._replace(names=ACME.names | {"com.new", "org.z"})
    expected = {
        "partial/acme/com.new/found": "it stood in a resource's place, on no record",
        "partial/acme/com.x/wrong": "it was not what it should be, and was set aside",
        "partial/acme/org.z/kept": "it was kept as published, of a data set that is not on disk",
        "data/acme/com/x/.downloads": "an earlier version downloaded it for data that are on "
        "record now",
    }
    assert expected == {one.path: one.reason for one in found(store, stock).orphans}
    os.utime(scratch, (time.time() - 7200, time.time() - 7200))
    assert f"state/acme/{scratch.name}" in paths(store, stock)
    with put(store, "data/acme/com/x/.state.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "data/acme/com/x/.downloads" not in paths(store, stock)
    assert "data/acme/com/x/.downloads" in paths(store, stock)


LINKS = ["data/acme", "data/acme/com", "data/acme/com/x", "state/acme", "partial/acme"]


@pytest.fixture(params=["away", "nowhere", "circular"])
def linked(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[str]:
    """Say where a link leads; outside are things that would be orphans."""
    put(Store(tmp_path), "outside/com/z/x")
    put(Store(tmp_path), "outside/x.json", "{}")
    targets = {"away": "outside", "nowhere": "gone", "circular": ""}
    before = forest(tmp_path / "outside")
    yield str(tmp_path / targets[request.param]) if request.param != "circular" else "x"
    assert before == forest(tmp_path / "outside")


@pytest.mark.parametrize("link", LINKS)
def test_no_link_is_followed(link: str, linked: str, store: Store) -> None:
    """Wherever it stands and leads; nothing of what it may hide is an orphan."""
    put(store, "data/acme/org/stray")
    (store.root / link).rename(store.root / "aside")
    (store.root / link).symlink_to(linked if linked != "x" else Path(link).name)
    orphans, unknown = found(store)
    through = "it is reached through a link"
    if link in ("data/acme/com", "data/acme/com/x"):
        assert ["data/acme/org/stray"] == [one.path for one in orphans]
    elif link == "data/acme":
        assert [("data/acme", f"it cannot be looked at: {through}")] == unknown
    else:
        assert ([], ["data/acme/org/stray"]) == (orphans, [one.path for one in unknown])
        assert f"{link} cannot be looked at: {through}" == unknown[0].reason
    clear(store, identified(store, orphans), orphans, [ACME])
    assert (store.root / link).is_symlink()


def test_the_data_directory_may_be_a_link(store: Store, tmp_path: Path) -> None:
    """What is found is the same."""
    put(store, "data/acme/com/z/x")
    (tmp_path / "link").symlink_to(store.root)
    assert ["data/acme/com/z"] == paths(Store(tmp_path / "link"))


def test_what_is_mounted_is_no_orphan(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what it is mounted in."""
    put(store, "data/acme/com/z/deep/x")
    mounted = f"{store.root}/data/acme/com/z/deep"
    monkeypatch.setattr("datamaestro.house.orphans.finding.mounts_below", lambda root: [mounted])
    orphans, unknown = found(store)
    assert ([], [("data/acme/com/z", "another file system is mounted there")]) == (orphans, unknown)


def test_without_a_data_directory_there_is_nothing(tmp_path: Path) -> None:
    """Nor an error."""
    assert Orphans([], []) == found(Store(tmp_path / "none"))


def test_orphans_go_to_the_trash_and_come_back(store: Store) -> None:
    """Those of a data set together, records first; folders that are empty then go, too."""
    for path in ("data/acme/com/old/one/x", "data/acme/com/stray", "data/acme/new/top/x"):
        put(store, path)
    record(store, "com.old.one", "x")
    before = forest(store.root, "trash")
    orphans = found(store).orphans
    done = clear(store, identified(store, orphans), orphans, [ACME])
    assert {
        "com.old.one@acme": [
            "state/acme/com.old.one.files.jsonl",
            "state/acme/com.old.one.json",
            "data/acme/com/old/one",
        ],
        "orphans": ["data/acme/com/stray", "data/acme/new"],
    } == {one.what: one.moved for one in done}
    assert not (store.root / "data/acme/com/old").exists()
    assert [] == paths(store)
    for item in items(store):
        assert isinstance(item, Item)
        restore(store, item)
    assert before == forest(store.root, "trash")


@settings(max_examples=50)
@given(forests, st.sets(st.sampled_from(["a", "a.b", "b", "b.a.b", "é"]), max_size=3))
def test_what_is_known_stays_whatever_is_beside_it(tree: dict[str, Any], known: set[str]) -> None:
    """In trees drawn by chance; and what was moved comes back as it was."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch, "store"))
        plant(store.root, {"data": {"acme": tree, "other": tree}, "state": {"acme": {}}})
        before = forest(store.root, "trash")
        stock = Stock("acme", frozenset(known), "")
        orphans = find_orphans(store, [stock]).orphans
        clear(store, identified(store, orphans), orphans, [stock])
        folders = ["data/other", *(f"data/acme/{one.replace('.', '/')}" for one in known)]
        after = forest(store.root, "trash")
        for path, facts in before.items():
            if any(f"{path}/".startswith(f"{folder}/") for folder in folders):
                assert facts[:3] == after[path][:3]
        assert [] == find_orphans(store, [stock]).orphans
        assert [[]] * len(items(store)) == [
            restore(store, item).left for item in items(store) if isinstance(item, Item)
        ]
        assert before == forest(store.root, "trash")


@pytest.mark.parametrize("recorded", [False, True])
def test_what_comes_to_be_somebodys_at_the_last_moment_stays(recorded: bool, store: Store) -> None:
    """In an empty folder that belonged to nobody, somebody may begin to make a data set."""
    (store.root / "data/acme/new").mkdir(parents=True)
    orphans = found(store).orphans
    seen = identified(store, orphans)
    if recorded:
        hold(store.root, "new.set@acme", x=b"content")
    else:
        start_writing(store.root / "partial/acme/new.set")
        put(store, "data/acme/new/set/x")
    done = clear(store, seen, orphans, [ACME])
    assert ["data/acme/new"] == [path for one in done for path, _ in one.left]
    assert (store.root / "data/acme/new/set/x").exists()


def test_whoever_begins_while_orphans_go_is_not_robbed(store: Store) -> None:
    """What has arrived of a data set stays, while somebody has the lock beside it."""
    put(store, "partial/acme/com.gone/run-1/x")
    orphans = found(store).orphans
    with locked(store.root / "partial/acme/com.gone/lock", "com.gone@acme", 0):
        (done,) = clear(store, identified(store, orphans), orphans, [ACME])
    assert [] == done.moved
    (done,) = clear(store, identified(store, orphans), orphans, [ACME])
    assert ["partial/acme/com.gone"] == done.moved


def test_what_is_no_orphan_any_more_stays(store: Store) -> None:
    """Since it was listed, somebody may have begun to prepare it, or have taken it away."""
    put(store, "data/acme/com/z/x")
    gone = put(store, "data/acme/com/gone")
    orphans = found(store).orphans
    seen = identified(store, orphans)
    start_writing(store.root / "partial/acme/com.z")
    gone.unlink()
    assert [] == clear(store, seen, found(store).orphans, [ACME])
    assert (store.root / "data/acme/com/z/x").exists()
    assert not store.trash.exists()


def test_two_at_once_move_each_thing_once(store: Store) -> None:
    """Whoever comes second finds nothing, which is no error."""
    put(store, "data/acme/com/z/x")
    orphans = found(store).orphans
    seen = identified(store, orphans)
    first, second = (clear(store, seen, orphans, [ACME]) for _ in range(2))
    assert ([["data/acme/com/z"]], [[]]) == (
        [one.moved for one in first],
        [one.moved for one in second],
    )
    assert [[]] == [one.left for one in second]
    assert 1 == len(items(store))
