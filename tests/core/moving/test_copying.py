"""Copying from one data directory to another."""

import errno
import os
from pathlib import Path

import pytest
from attrs import evolve

from datamaestro.context import Context
from datamaestro.engine.throttle import Throttle
from datamaestro.errors import ContentError, DatasetNotFound, StorageError, TransferError
from datamaestro.house.removing import remove
from datamaestro.house.trash.items import Item, items
from datamaestro.house.trash.restoring import restore
from datamaestro.moving.copying import Copying
from datamaestro.moving.here import local
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.here.replacing import REASON
from datamaestro.moving.offers import check_offers
from datamaestro.moving.ways import pull, push
from datamaestro.plugins.services import Plugins
from datamaestro.store import space
from datamaestro.store.holdings import Holding
from datamaestro.store.records import DatasetRecords
from datamaestro_hookspecs.events import Event, ResourceReady, RunEnded, RunStarted, TransferEnded
from datamaestro_hookspecs.offers import Wanted
from support.filesystems import WAYS, ignoring_case
from support.holding import hold, seen
from support.sides import MemorySide, content, far_side_of, offer_of

TREE: dict[str, bytes | str] = {
    "one.txt": b"1",
    "sub/two.txt": b"22",
    "sub/empty": b"",
    "link": "sub/two.txt",
}


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


def test_what_is_pushed_is_there_as_it_was(context: Context, store: Path, other: Path) -> None:
    """Contents, links, times and records; a second push moves nothing."""
    holding = hold(store, "org.example.x@test", a=b"content", tree=TREE)
    (moved,) = push(context, ["org.example.x"], str(other))
    assert (4, 10) == (moved.files, moved.size)
    assert seen(store) == seen(other)
    there = holding._replace(store=Context(other).store)
    assert holding.manifest() == there.manifest()
    for path, facts in there.files().items():
        assert facts.mtime_ns == (there.folder / path).lstat().st_mtime_ns
    ours = {one for one in holding.files().values() if not one.link}
    assert ours == {one for one in there.files().values() if not one.link}
    (again,) = push(context, [], str(other))
    assert (0, 0, 4, 10) == (again.files, again.size, again.total_files, again.total_size)
    assert [] == [path for path in other.glob("partial/*/*/*") if path.name != "lock"]


def test_what_is_pulled_is_there_as_it_was(context: Context, store: Path, other: Path) -> None:
    """The other way round, no definition is needed either."""
    hold(other, "org.example.x@test", a=b"content", tree=TREE)
    pull(context, ["org.example.x"], str(other))
    assert seen(store) == seen(other)
    with pytest.raises(DatasetNotFound):
        pull(context, ["org.example.y"], str(other))


@pytest.mark.parametrize("links", [True, False])
def test_only_what_differs_travels(
    context: Context, store: Path, other: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there by content does not, under whatever name; what went is gone."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if not links:  # as on a file system without hard links
        monkeypatch.setattr("os.link", refuse)
    hold(store, "org.example.x@test", tree={"a": b"a" * 100, "b": b"b" * 100, "c": b"c"})
    push(context, [], str(other))
    hold(store, "org.example.x@test", tree={"a": b"a" * 100, "d": b"b" * 100, "e": b"new"})
    (moved,) = push(context, [], str(other))
    assert (1, 3) == (moved.files, moved.size)
    assert seen(store) == seen(other)


def test_dry_run_writes_nothing(context: Context, store: Path, other: Path) -> None:
    """It says what would travel."""
    hold(store, "org.example.x@test", a=b"content")
    (moved,) = push(context, [], str(other), dry_run=True)
    assert ("org.example.x@test", 1, 7) == (moved.dataset, moved.files, moved.size)
    assert not other.exists()


def test_what_was_run_can_be_run(context: Context, store: Path, other: Path) -> None:
    """Permissions are those of new files, but for this."""
    holding = hold(store, "org.example.x@test", tree={"run": b"#!", "read": b"text"})
    (holding.folder / "tree/run").chmod(0o755)
    push(context, [], str(other))
    there = other / "data/test/org/example/x/tree"
    assert (True, False) == tuple(os.access(there / name, os.X_OK) for name in ("run", "read"))


@pytest.mark.parametrize("how", ["changed", "longer", "missing"])
def test_a_source_that_is_wrong_is_not_spread(
    context: Context, store: Path, other: Path, how: str
) -> None:
    """Nothing is seen on the other side, and the error names the file and what to do."""
    holding = hold(store, "org.example.x@test", a=b"right", tree={"b": b"right"})
    place = holding.folder / "tree/b"
    if how == "missing":
        place.rename(holding.folder / "tree/c")
    else:
        place.write_bytes(b"wrong" if how == "changed" else b"rightly so")
    with pytest.raises(ContentError, match=r"tree/b.*datamaestro repair org.example.x@test"):
        push(context, [], str(other))
    assert {} == seen(other)
    assert [] == list(other.glob("state/*/*"))


def test_what_is_on_no_record_is_kept(context: Context, store: Path, other: Path) -> None:
    """A file of somebody else's that is in the way is moved aside, and not lost."""
    hold(store, "org.example.x@test", a=b"ours")
    place = other / "data/test/org/example/x/a"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"theirs")
    push(context, [], str(other))
    assert b"ours" == place.read_bytes()
    assert b"theirs" == (other / "partial/test/org.example.x/found/a").read_bytes()


def test_a_link_within_a_data_set_stays_one(context: Context, store: Path, other: Path) -> None:
    """It leads to the same on the other side."""
    hold(store, "org.example.x@test", a=b"content", link="a", tree={"up": "../a"})
    push(context, [], str(other))
    assert seen(store) == seen(other)
    assert 0 == push(context, [], str(other))[0].files


def test_what_a_link_leads_to_travels(
    context: Context, store: Path, other: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A link out of the data set's folder becomes the files that it leads to; a line says so."""
    outside = store.parent / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "one").write_bytes(b"1")
    (outside / "sub/two").write_bytes(b"2")
    (outside / "same").symlink_to("one")
    hold(store, "org.example.x@test", link=str(outside), file=str(outside / "one"))
    push(context, [], str(other))
    folder = "test/org/example/x"
    assert {
        f"{folder}/file": b"1",
        f"{folder}/link/one": b"1",
        f"{folder}/link/same": b"1",
        f"{folder}/link/sub/two": b"2",
    } == seen(other)
    assert f"link leads to {outside}, which is copied" in caplog.text
    assert 0 == push(context, [], str(other))[0].files


def test_a_data_set_that_is_its_whole_folder(context: Context, store: Path, other: Path) -> None:
    """As archives fill it; a later version takes the place of the earlier one."""
    hold(store, "org.example.x@test", WHOLE={"a": b"a", "sub/b": b"b", "gone/c": b"c"})
    push(context, [], str(other))
    assert seen(store) == seen(other)
    assert 0 == push(context, [], str(other))[0].files
    hold(store, "org.example.x@test", WHOLE={"a": b"another", "sub/b": b"b"})
    assert 1 == push(context, [], str(other))[0].files
    assert {"test/org/example/x/a": b"another", "test/org/example/x/sub/b": b"b"} == seen(other)
    assert [] == list(other.glob("partial/*/*/found"))


def test_what_has_no_file_is_on_record_there(context: Context, store: Path, other: Path) -> None:
    """Such as what a program keeps elsewhere; and a folder in which nothing is."""
    holding = hold(store, "org.example.x@test", value=None, empty={})
    (moved,) = push(context, [], str(other))
    assert (0, 0) == (moved.files, moved.total_files)
    assert holding.manifest() == holding._replace(store=Context(other).store).manifest()
    assert (other / "data/test/org/example/x/empty").is_dir()


def test_what_is_told_adds_up(
    context: Context, store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events are about resources; the last of each says that all of it is there."""
    events: list[Event] = []
    monkeypatch.setattr(Plugins, "send", lambda plugins, event: events.append(event))
    hold(store, "org.example.x@test", a=b"content", tree={"b": b"b" * 5_000_000, "c": b"c"})
    push(context, [], str(other))
    assert RunStarted("org.example.x@test", 2, 5_000_008) == events[0]
    ended = {one.resource: one.received for one in events if isinstance(one, TransferEnded)}
    assert {"a": 7, "tree": 5_000_001} == ended
    ready = {one.resource: one.path for one in events if isinstance(one, ResourceReady)}
    folder = other / "data/test/org/example/x"
    assert {"a": str(folder / "a"), "tree": str(folder / "tree")} == ready
    assert RunEnded("org.example.x@test") == events[-1]


def test_the_rate_is_that_of_all_together(
    store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte that travels is counted, by whatever thread, and read in small pieces."""
    counts: list[int] = []

    def wait_for(throttle: Throttle, count: int) -> float:
        counts.append(count)
        return 0.0

    monkeypatch.setattr(Throttle, "wait_for", wait_for)
    hold(store, "org.example.x@test", tree={f"{number}": b"x" * 100_000 for number in range(10)})
    push(Context(rate="100k"), [], str(other))
    assert (1_000_000, 10_000) == (sum(counts), max(counts))


@pytest.mark.parametrize("damage", ["manifest", "sidecar"])
def test_damaged_records_are_not_spread(
    context: Context, store: Path, other: Path, damage: str
) -> None:
    """What is on record is what all is checked against."""
    holding = hold(store, "org.example.x@test", a=b"content")
    path = getattr(holding.store, damage)(holding)
    path.write_bytes(path.read_bytes().replace(b"sha256", b"sha255"))
    with pytest.raises(ContentError, match=r"repair org\.example\.x@test"):
        push(context, ["org.example.x"], str(other))
    assert not other.exists()


def test_what_is_not_complete_is_moved_as_far_as_it_is_there(
    context: Context, store: Path, other: Path
) -> None:
    """Where that is asked for; what is missing is said. Else nothing travels, also of others."""
    hold(store, "org.example.w@test", a=b"a")
    holding = hold(store, "org.example.x@test", a=b"a", b=b"b")
    (holding.folder / "b").unlink()
    for dry_run in (True, False):
        with pytest.raises(ContentError, match=r"record of b is not .*repair org\.example\.x@test"):
            push(context, [], str(other), dry_run=dry_run)
    with pytest.raises(ContentError, match="record of b is not in"):
        pull(Context(other), [], str(store))
    assert not other.exists()
    (moved,) = push(context, ["org.example.x"], str(other), partial=True)
    assert (1, ("b",)) == (moved.files, moved.missing)
    assert {"test/org/example/x/a": b"a"} == seen(other)


def test_what_is_in_a_shared_data_directory_is_pushed_from_there(
    store: Path, other: Path, tmp_path: Path
) -> None:
    """The data directory itself goes first; another one that is named has only what is its own."""
    shared = tmp_path / "shared"
    hold(shared, "org.example.x@test", a=b"shared")
    hold(shared, "org.example.y@test", a=b"shared")
    hold(store, "org.example.y@test", a=b"own")
    config = tmp_path / "config/datamaestro/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"shared = [{str(shared)!r}]\n")
    push(Context(), ["org.example.x", "org.example.y"], str(other))
    assert {"test/org/example/x/a": b"shared", "test/org/example/y/a": b"own"} == seen(other)
    (tmp_path / "fourth").mkdir()
    with pytest.raises(DatasetNotFound):
        pull(Context(tmp_path / "third"), ["org.example.x"], str(tmp_path / "fourth"))


@pytest.mark.parametrize("kind", WAYS)
def test_names_that_a_file_system_cannot_tell_apart_are_refused(
    context: Context, store: Path, tmp_path: Path, kind: str
) -> None:
    """One would take the place of the other, and nobody would know."""
    hold(store, "org.example.x@test", tree={"a": b"one", "A": b"another"})
    with ignoring_case(kind, tmp_path) as there:
        if there is None:
            pytest.skip(f"this machine has no {kind} whose case does not count")
        with pytest.raises(ContentError, match="its case"):
            push(context, [], str(there / "other"))
        assert {} == seen(there / "other")


@pytest.mark.parametrize("wrong", ["changed", "missing", "as it was"])
def test_a_file_of_a_data_set_that_is_its_whole_folder_changes(
    context: Context, store: Path, other: Path, wrong: str
) -> None:
    """What stays where it was is not in its own way."""
    hold(store, "org.example.x@test", WHOLE={"a": b"a", "b": b"b", "sub/c": b"c", "sub/d": b"d"})
    push(context, [], str(other))
    there = other / "data/test/org/example/x/sub/c"
    if wrong == "changed":
        there.write_bytes(b"damaged")
    elif wrong == "missing":
        there.unlink()
    else:
        hold(
            store, "org.example.x@test", WHOLE={"a": b"a", "b": b"b", "sub/c": b"C", "sub/d": b"d"}
        )
    assert 1 == push(context, [], str(other))[0].files
    assert seen(store) == seen(other)
    assert 0 == push(context, [], str(other))[0].files
    assert [] == list(other.glob("partial/*/*/run-*"))


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("../secret", 6),
        Wanted("link", 6),
        Wanted("a", 6),
        Wanted("a", 7, 8),
        Wanted("a", 7, -1),
    ],
    ids=str,
)
def test_a_receiver_gets_nothing_but_what_is_offered(
    context: Context, store: Path, monkeypatch: pytest.MonkeyPatch, wanted: Wanted
) -> None:
    """Whatever it says that it wants; nothing of it is read."""
    holding = hold(store, "org.example.x@test", a=b"content", link="a")
    (holding.folder.parent / "secret").write_bytes(b"secret")
    side = MemorySide()
    monkeypatch.setattr(MemorySide, "lacking", lambda self, offer: [wanted])
    with LocalSide(context) as here, far_side_of(side) as there:
        for receiver in (side, there):
            with pytest.raises(
                (ContentError, TransferError), match=r"is not what is offered|wants"
            ):
                list(Copying(here, receiver, context).copy(here.offers([])))
        (offer,) = here.offers([])
        if not wanted.path.startswith("a"):
            with pytest.raises(ContentError, match="is not offered"):
                list(here.read(offer, [wanted]))
    assert {} == side.arrived


def test_a_source_gives_nothing_but_what_was_asked_for(context: Context, store: Path) -> None:
    """What else it offers could take the place of what is here."""
    side = MemorySide({"org.example.x@test": {"a": b"a"}, "org.example.y@test": {"b": b"b"}})
    offers = [offer_of(name, files) for name, files in side.datasets.items()]
    for references in (["org.example.x"], ["org.example.y@other"], ["org.example.x.part"]):
        with pytest.raises(ContentError, match=r"org\.example\.\w@test, which was not asked for"):
            check_offers(offers, references, "there")
    with pytest.raises(ContentError, match="twice"):
        check_offers(offers + offers, [], "there")
    check_offers(offers, [], "there")
    check_offers(
        [evolve(offers[0], needs=(offers[1].dataset,)), offers[1]], ["org.example.x.part"], "there"
    )


@pytest.mark.parametrize("path", ["tree/a", "tree/x"])
def test_a_receiver_takes_nothing_but_what_it_has_asked_for(
    context: Context, store: Path, other: Path, path: str
) -> None:
    """Nor anything in the place of a file that it has already."""
    hold(store, "org.example.x@test", tree={"a": b"a", "b": b"old"})
    hold(other, "org.example.x@test", tree={"a": b"a", "b": b"new"})
    before = seen(store)
    with LocalSide(Context(other)) as there, LocalSide(context) as here:
        (offer,) = there.offers([])
        with here.deliver(offer) as delivery, pytest.raises(ContentError, match="is unasked"):
            delivery.receive([content(path, b"a")])
    assert before == seen(store)


def test_another_version_is_told_and_goes_to_the_trash(store: Path, other: Path) -> None:
    """From there it comes back bit for bit, once what took its place is removed."""
    hold(other, "org.example.x@test", a=b"old", tree={"b": b"b", "c": b"old"}, same=b"same")
    before = seen(other)
    holding = hold(store, "org.example.x@test", a=b"new", tree={"b": b"b"}, same=b"same")
    for dry_run in (True, False):
        (moved,) = push(Context(), [], str(other), dry_run=dry_run)
        assert ("a", "tree") == moved.replaces
    assert () == push(Context(), [], str(other))[0].replaces
    assert seen(store) == seen(other)
    there = Context(other).store
    remove(holding._replace(store=there), -1)
    old = [one for one in items(there) if isinstance(one, Item) and one.reason == REASON]
    assert [[], []] == [restore(there, one).left for one in old]
    assert {path: before[path] for path in before if "same" not in path} == seen(other)
    assert {"a", "tree"} == holding._replace(store=there).manifest().entries.keys()


def test_another_version_comes_back_if_nothing_can_take_its_place(
    store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the reason."""
    hold(other, "org.example.x@test", a=b"old", tree={"b": b"b"})
    before = seen(other)
    hold(store, "org.example.x@test", a=b"new", tree={"c": b"c"})
    monkeypatch.setattr(DatasetRecords, "publish", lambda *args, **rest: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        push(Context(), [], str(other))
    assert before == seen(other)
    assert [] == list(items(Context(other).store))
    assert {"a", "tree"} == Holding(
        Context(other).store, "org.example.x", "test"
    ).manifest().entries.keys()


def test_a_receiver_elsewhere_tells_what_it_replaces(
    context: Context, store: Path, other: Path
) -> None:
    """As one here does."""
    hold(other, "org.example.x@test", a=b"old")
    hold(store, "org.example.x@test", a=b"new")
    with LocalSide(context) as here, far_side_of(LocalSide(Context(other))) as there:
        (moved,) = Copying(here, there, context).copy(here.offers([]))
    assert ("a",) == moved.replaces


def test_links_out_of_another_directory_are_followed_if_that_is_wished(
    context: Context, store: Path, other: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has made it may want to have what is one's own; what stays below it is copied."""
    private = store.parent / "private"
    private.mkdir()
    (private / "key").write_bytes(b"secret")
    (other / "data").mkdir(parents=True)
    (other / "data/more").mkdir()
    (other / "data/more/file").write_bytes(b"shared")
    hold(other, "org.example.y@test", link=str(other / "data/more"))
    pull(context, ["org.example.y"], str(other))
    caplog.clear()
    for number, target in enumerate([private, private / "key", other / "data/more"]):
        (other / "data/more/up").unlink(missing_ok=True)
        (other / "data/more/up").symlink_to(private)
        hold(other, f"org.example.x{number}@test", link=str(target))
        with pytest.raises(ContentError, match=r"private.* is outside of .*--follow-links"):
            pull(context, [f"org.example.x{number}"], str(other))
    assert "which is copied" not in caplog.text
    assert {"test/org/example/y/link/file": b"shared"} == seen(store)
    pull(context, ["org.example.x0"], str(other), follow_links=True)
    assert b"secret" == seen(store)["test/org/example/x0/link/key"]


def test_a_data_set_of_which_nothing_is_there_is_not_moved(
    context: Context, store: Path, other: Path
) -> None:
    """Whoever moves it would think that it is there."""
    holding = hold(store, "org.example.x@test", a=b"a", b=b"b")
    for name in "ab":
        (holding.folder / name).unlink()
    with pytest.raises(ContentError, match=r"nothing of .* repair org\.example\.x@test"):
        push(context, [], str(other))
    assert not other.exists()


def test_a_dry_run_says_that_there_is_no_room(
    context: Context, store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the push would."""
    hold(store, "org.example.x@test", a=b"content")
    monkeypatch.setattr(space, "free_space", lambda path: 6)
    for dry_run in (True, False):
        with pytest.raises(StorageError, match="7 bytes are needed and 6 are free"):
            push(context, [], str(other), dry_run=dry_run)


@pytest.mark.parametrize("link", ["data", "data/test/org/example/x"])
def test_another_version_that_cannot_go_to_the_trash_stays(
    context: Context, store: Path, other: Path, link: str
) -> None:
    """Behind a link to another disk; once it is somewhere else, the new one takes its place."""
    disk = store.parent / "disk"
    disk.mkdir()
    (other / link).parent.mkdir(parents=True)
    (other / link).symlink_to(disk)
    hold(other, "org.example.x@test", a=b"old")
    hold(store, "org.example.x@test", a=b"new")
    file = other / "data/test/org/example/x/a"
    with pytest.raises(StorageError, match=r"to the trash of .*move what is in .*, and run again"):
        push(context, [], str(other))
    assert b"old" == file.read_bytes()
    file.unlink()
    push(context, [], str(other))
    assert b"new" == file.read_bytes()


def test_what_is_there_need_not_be_written(
    context: Context, store: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a data directory that is only read, all is there or it is an error."""
    hold(store, "org.example.x@test", a=b"content")
    push(context, [], str(other))
    monkeypatch.setattr(os, "access", lambda place, mode: not str(place).startswith(str(other)))
    before = sorted(other.rglob("*"))
    assert 0 == push(context, [], str(other))[0].files
    assert before == sorted(other.rglob("*"))
    hold(store, "org.example.x@test", a=b"another")
    with pytest.raises(StorageError):
        push(context, [], str(other))


@pytest.mark.parametrize("dry_run", [True, False])
def test_room_is_asked_for_of_all_together(
    context: Context, store: Path, other: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    """Not one travels where all would not fit, but what is there needs no room."""
    hold(store, "org.example.x@test", a=b"x" * 60)
    hold(store, "org.example.y@test", a=b"y" * 60)
    for module in (space, local):
        monkeypatch.setattr(module, "free_space", lambda path: 100)
    with LocalSide(context) as here, far_side_of(LocalSide(Context(other))) as far:
        with pytest.raises(StorageError, match="so 20 are missing"):
            push(context, [], str(other), dry_run=dry_run)
        with pytest.raises(StorageError, match="so 20 are missing"):
            list(Copying(here, far, context).copy(here.offers([])))
        assert not other.exists()
        push(context, ["org.example.x"], str(other))
        push(context, [], str(other), dry_run=dry_run)


def test_a_path_and_one_name_will_do(context: Context, store: Path, other: Path) -> None:
    """As a program would write them; in a path, a colon is only a colon."""
    hold(store, "org.example.x@test", a=b"content")
    there = other / "gpu:1"
    other.mkdir()
    assert 1 == push(context, "org.example.x", there)[0].files
    assert 1 == pull(Context(other / "third"), "org.example.x", there)[0].files
    assert seen(store) == seen(there) == seen(other / "third")
