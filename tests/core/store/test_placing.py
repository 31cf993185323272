"""How files and folders get to their places: nothing of anybody else's is lost."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import define, field

from datamaestro.errors import DefinitionError, StorageError
from datamaestro.store.layout import Store
from datamaestro.store.made import Made
from datamaestro.store.manifest import Entry, read_manifest, read_sidecar
from datamaestro.store.records import DatasetRecords
from datamaestro.store.trees import read_tree, sha256_of, tree_digest
from datamaestro_hookspecs.cards import WHOLE, Card

CARD = Card("org.a", "acme")
INNER = Card("org.a.b", "acme")

Tree = Mapping[str, str | None]
"""Contents of files by path; a link is an arrow and where it leads, an empty folder None."""


def write(folder: Path, tree: Tree) -> None:
    for path, content in tree.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            place.mkdir()
        elif content.startswith("-> "):
            place.symlink_to(content.removeprefix("-> "))
        else:
            place.write_text(content)


def read(place: Path) -> Tree | str | None:
    """Return what is at a place, as :func:`write` takes it."""
    if not place.exists():
        return None
    if place.is_file():
        return place.read_text()
    found: dict[str, str | None] = {}
    for path in sorted(place.rglob("*")):
        relative = path.relative_to(place).as_posix()
        if path.is_symlink():
            found[relative] = f"-> {path.readlink()}"
        elif path.is_file():
            found[relative] = path.read_text()
        elif not any(path.iterdir()):
            found[relative] = None
    return found


@define
class Disk:
    """A data directory, and what is made beside it."""

    root: Path
    number: int = 0
    known: dict[Card, DatasetRecords[Card]] = field(factory=dict)

    @property
    def store(self) -> Store:
        return Store(self.root)

    def records(self, card: Card = CARD) -> DatasetRecords[Card]:
        """Return the records of a data set, as a new process reads them."""
        return DatasetRecords(self.store, card)

    def made(self, content: Tree | str, path: str, recipe: str = "r", *, name: str = "x") -> Made:
        """Return a file or a folder that is complete, in a scratch place."""
        self.number += 1
        scratch = self.root / f"made/{self.number}"
        scratch.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            scratch.write_text(content)
            return Made(name, Entry(path, recipe, result=sha256_of(scratch)), scratch)
        scratch.mkdir()
        write(scratch, content)
        below = tuple(read_tree(scratch))
        entry = Entry(path, recipe, folder=True, result=tree_digest(below))
        return Made(name, entry, scratch, below)

    def publish(
        self,
        content: Tree | str,
        path: str,
        recipe: str = "r",
        *,
        name: str = "x",
        card: Card = CARD,
    ) -> Path:
        """Publish a file or a folder, as a new process does; return its place."""
        made = self.made(content, path, recipe, name=name)
        self.records(card).publish([made])
        assert not made.scratch.exists()
        return self.store.path(card, path)

    def there(self, path: str = WHOLE, card: Card = CARD) -> Tree | str | None:
        """Return what is at a place."""
        return read(self.store.path(card, path))

    def recorded(self, card: Card = CARD) -> list[str]:
        """Return the paths of all files in the sidecar."""
        return list(read_sidecar(self.store.sidecar(card)))

    def entries(self, card: Card = CARD) -> dict[str, str]:
        """Return the paths of all resources in the manifest."""
        manifest = read_manifest(self.store.manifest(card))
        return {name: entry.path for name, entry in manifest.entries.items()}

    def found(self, card: Card = CARD) -> Tree | str | None:
        """Return what stood in the way and was kept."""
        return read(self.store.found(card, ""))

    def left(self) -> list[str]:
        """Return what is left in scratch places."""
        return [path.name for path in self.root.glob("made/*")]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return a data directory; nobody is waited for there."""
    monkeypatch.setattr("datamaestro.store.records.MOMENT", 0)
    return Disk(tmp_path / "disk")


TREE: Tree = {"a": "one", "sub/b": "two", "sub/c": "three", "l": "-> sub/b", "sub/empty": None}
FILES = ["a", "l", "sub/b", "sub/c"]

each_place = pytest.mark.parametrize("path", [WHOLE, "data", "in/data"])


def under(path: str, names: list[str]) -> list[str]:
    return names if path == WHOLE else [f"{path}/{name}" for name in names]


@each_place
def test_a_folder_is_published_with_all_that_is_in_it(path: str, disk: Disk) -> None:
    """It is in the manifest; each file and link in the sidecar, with what is known of it."""
    place = disk.publish(TREE, path)
    assert TREE == read(place)
    assert {"x": path} == disk.entries()
    assert under(path, FILES) == disk.recorded()
    prefix = "" if path == WHOLE else f"{path}/"
    facts = {fact.path: fact for fact in read_tree(place)}
    recorded = read_sidecar(disk.store.sidecar(CARD))
    for name, fact in facts.items():
        assert fact._replace(path=prefix + name) == recorded[prefix + name]
    assert ([], None) == (disk.left(), disk.found())


@pytest.mark.parametrize("path", [WHOLE, "data"])
def test_a_folder_goes_up_by_one_rename(
    path: str, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees a part of it."""
    renames: list[tuple[str, str]] = []
    rename = Path.rename

    def look(self: Path, target: Path) -> Path:
        renames.append((self.name, target.name))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", look)
    disk.publish(TREE, path)
    assert [("1", "a" if path == WHOLE else "data")] == renames


@each_place
def test_a_changed_recipe_replaces_the_old_folder(path: str, disk: Disk) -> None:
    """Nothing of it stays, neither on disk nor in the sidecar, and nothing of it is kept."""
    disk.publish({**TREE, "old/x": "old", "old/y": "-> x"}, path)
    disk.publish({"a": "new", "sub": "a file now", "l/x": "a folder now"}, path, "another")
    assert {"a": "new", "sub": "a file now", "l/x": "a folder now"} == disk.there(path)
    assert under(path, ["a", "l/x", "sub"]) == disk.recorded()
    assert ([], None) == (disk.left(), disk.found())


@each_place
def test_a_folder_is_removed_with_all_that_is_in_it(path: str, disk: Disk) -> None:
    """Record, sidecar and files; other resources stay."""
    disk.publish({"a": "one", "sub/b": "two"}, path)
    others = [] if path == WHOLE else ["other"]
    for name in others:
        disk.publish("other", name, name=name)
    disk.records().remove("x")
    assert (others, others) == (list(disk.entries()), disk.recorded())
    assert not (disk.store.path(CARD, path) / "a").exists()
    assert not (disk.store.path(CARD, path) / "sub").exists()
    assert path == WHOLE or not disk.store.path(CARD, path).exists()


@each_place
@pytest.mark.parametrize("kept", [["sub/b"], ["sub/b", "a"], []])
def test_what_a_killed_run_has_left_is_taken(path: str, kept: list[str], disk: Disk) -> None:
    """The same content, on no record: all of a folder, or some of what is at the top of one."""
    tops = {"a": "one", "sub/b": "two"}
    write(
        disk.store.path(CARD, path), tops if path != WHOLE else {name: tops[name] for name in kept}
    )
    disk.publish(tops, path)
    assert tops == disk.there(path)
    assert under(path, ["a", "sub/b"]) == disk.recorded()
    assert ([], None) == (disk.left(), disk.found())


@pytest.mark.parametrize(
    ("there", "made", "path"),
    [
        ({"data": "mine"}, "made", "data"),
        ({"data": "mine"}, {"a": "made"}, "data"),
        ({"data/a": "mine", "data/b": "mine"}, {"a": "made"}, "data"),
        ({"data/a": "made", "data/b": "mine"}, {"a": "made"}, "data"),
        ({"data/a": "made", "data/l": "-> a"}, {"a": "made", "l": "-> b"}, "data"),
        ({"data": "-> elsewhere"}, {"a": "made"}, "data"),
        ({"data/a": "mine"}, {"data": "made"}, WHOLE),
        ({"data": "mine"}, {"data/a": "made"}, WHOLE),
        ({"data": "mine"}, {"data": "made"}, WHOLE),
        ({"data/a": "mine"}, {"data/a": "made", "b": "made"}, WHOLE),
        ({"data": "-> x"}, {"data": "-> y", "x": "made"}, WHOLE),
    ],
)
def test_what_is_in_the_way_and_on_no_record_is_kept(
    there: Tree, made: Tree | str, path: str, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it is, and a line says where it is now."""
    write(disk.store.data(CARD), there)
    disk.publish(made, path)
    assert made == disk.there(path)
    assert there == disk.found()
    place = disk.store.found(CARD, "data")
    line = f"{disk.store.path(CARD, 'data')} was there and on no record; it is kept at {place}"
    assert [line] == caplog.messages


def test_a_folder_in_the_place_of_a_file_is_an_error(disk: Disk) -> None:
    """It is not known what it is there for; nothing is taken away, and the place is named."""
    write(disk.store.data(CARD), {"data/a": "mine"})
    made = disk.made("made", "data")
    place = disk.store.path(CARD, "data")
    with pytest.raises(StorageError, match=f"cannot use {place}: Is a directory"):
        disk.records().publish([made])
    assert ({"data/a": "mine"}, {}) == (disk.there(), disk.entries())


def test_what_is_not_in_the_way_stays(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    """The data set's folder may have other things in it, of whomever."""
    write(disk.store.data(CARD), {"mine": "mine", "my/own": "mine"})
    disk.publish({"a": "one", "sub/b": "two"}, WHOLE)
    disk.publish({"a": "new"}, WHOLE, "another")
    assert {"a": "new", "mine": "mine", "my/own": "mine"} == disk.there()
    assert (["a"], []) == (disk.recorded(), caplog.messages)


def test_an_empty_folder_is_in_nobodys_way(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    """Of an earlier recipe, or of somebody else."""
    disk.publish({"a": "one", "empty": None}, WHOLE)
    write(disk.store.data(CARD), {"other": None})
    disk.publish({"empty/x": "new", "other": "a file"}, WHOLE, "another")
    assert {"empty/x": "new", "other": "a file"} == disk.there()
    assert (None, []) == (disk.found(), caplog.messages)


def test_something_put_into_a_folder_at_the_top_survives(disk: Disk) -> None:
    """What is removed of a data set's own folder is what is on record."""
    disk.publish({"sub/a": "one"}, WHOLE)
    write(disk.store.data(CARD), {"sub/mine": "mine"})
    disk.records().remove("x")
    assert {"sub/mine": "mine"} == disk.there()


@pytest.mark.parametrize("second", ["x", {"a": "file now"}, {"sub/a": "deeper"}])
@pytest.mark.parametrize("first", ["x", {"a": "one", "b": "two"}, {"a/b": "three"}])
@each_place
def test_whatever_was_there_gives_way(
    first: Tree | str, second: Tree | str, path: str, disk: Disk
) -> None:
    """A file to a folder, a folder to a file."""
    for content, recipe in ((first, "r"), (second, "another")):
        if not (isinstance(content, str) and path == WHOLE):
            disk.publish(content, path, recipe)
            assert content == disk.there(path)
            names = [] if isinstance(content, str) else list(content)
            assert (under(path, names) or [path]) == disk.recorded()
    assert ([], None) == (disk.left(), disk.found())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((WHOLE, TREE), ("data", TREE)),
        (("data", TREE), (WHOLE, TREE)),
        (("data", TREE), ("other", TREE)),
        (("data", TREE), ("data/sub", TREE)),
        (("data/sub", TREE), ("data", TREE)),
        ((WHOLE, {"data/a": "one"}), ("data", {"b": "two"})),
        (("data", {"a": "one"}), (WHOLE, {"data": "one"})),
        (("a.txt", "one"), ("b.txt", "one")),
        (("a.txt", "one"), ("sub/a.txt", "two")),
        (("a.txt", "one"), (WHOLE, {"a.txt": "two"})),
        ((WHOLE, {"a.txt": "two"}), ("a.txt", "one")),
    ],
)
def test_what_has_another_path_is_not_left_at_the_old_one(
    old: tuple[str, Tree | str], new: tuple[str, Tree | str], disk: Disk
) -> None:
    """A definition may put its files elsewhere."""
    disk.publish(old[1], old[0])
    disk.publish(new[1], new[0], "another")
    assert new[1] == disk.there(new[0])
    assert {"x": new[0]} == disk.entries()
    names = FILES if new[1] is TREE else sorted(new[1])
    expected = [new[0]] if isinstance(new[1], str) else under(new[0], names)
    assert expected == disk.recorded()
    on_disk = [fact.path for fact in read_tree(disk.store.data(CARD))]
    assert expected == sorted(on_disk)
    assert ([], None) == (disk.left(), disk.found())


@pytest.mark.parametrize("content", ["one", {"a": "one"}])
@pytest.mark.parametrize("together", [True, False])
def test_two_that_change_places(content: Tree | str, together: bool, disk: Disk) -> None:
    """Neither takes away what the other has just published."""
    other: Tree | str = "two" if isinstance(content, str) else {"b": "two"}
    disk.records().publish([disk.made(content, "1", name="x"), disk.made(other, "2", name="y")])
    again = [
        disk.made(content, "2", "another", name="x"),
        disk.made(other, "1", "another", name="y"),
    ]
    records = disk.records()
    for batch in [again] if together else [[again[0]], [again[1]]]:
        records.publish(batch)
    assert (content, other) == (disk.there("2"), disk.there("1"))
    assert {"x": "2", "y": "1"} == disk.entries()
    assert ["1", "2"] == sorted({path.split("/")[0] for path in disk.recorded()})


def test_what_takes_the_place_of_a_part_of_what_moves(disk: Disk) -> None:
    """A folder moves, and a file comes where one of its own was; whichever is made first."""
    for first in (0, 1):
        card = Card(f"org.n{first}", "acme")
        disk.publish({"labels": "old", "sub/a": "one"}, WHOLE, card=card)
        batch = [
            disk.made({"a": "new"}, "moved", "another"),
            disk.made("new", "labels", name="labels"),
        ]
        disk.records(card).publish([batch[first], batch[1 - first]])
        assert {"moved/a": "new", "labels": "new"} == disk.there(card=card)
        assert ["labels", "moved/a"] == disk.recorded(card)


def test_a_folder_has_other_data_sets_in_it(disk: Disk) -> None:
    """The folder of an id has those of longer ids in it; each is replaced and removed alone."""
    disk.publish({"x": "inner"}, WHOLE, card=INNER)
    disk.publish({"a": "one", "sub/c": "two"}, WHOLE)
    assert {"a": "one", "b/x": "inner", "sub/c": "two"} == disk.there()
    disk.publish({"a": "new"}, WHOLE, "another")
    assert {"a": "new", "b/x": "inner"} == disk.there()
    disk.publish({"y": "inner"}, WHOLE, "another", card=INNER)
    assert {"a": "new", "b/y": "inner"} == disk.there()
    disk.records().remove("x")
    assert {"b/y": "inner"} == disk.there()
    assert (["y"], []) == (disk.recorded(INNER), disk.recorded())
    assert ([], None) == (disk.left(), disk.found())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (WHOLE, {"b/x": "other"}),
        (WHOLE, {"a": "one", "b/other": "other"}),
        (WHOLE, {"a": "one", "b": "a file"}),
        (WHOLE, {"a": "one", "b": None}),
        ("b", {"other": "other"}),
    ],
)
@pytest.mark.parametrize("inner", [WHOLE, "x"])
def test_another_data_sets_folder_is_never_taken_away(
    path: str, content: Tree | str, inner: str, disk: Disk
) -> None:
    """Whoever would do so is told whose it is, and publishes nothing at all."""
    disk.publish({"x": "inner"} if inner == WHOLE else "inner", inner, card=INNER)
    made = disk.made(content, path)
    with pytest.raises(DefinitionError, match=r"/b belongs to org\.a\.b@acme"):
        disk.records().publish([made])
    assert {"b/x": "inner"} == disk.there()
    assert ({}, ["x"]) == (disk.entries(), disk.recorded(INNER))


@pytest.mark.parametrize("path", [WHOLE, "b", "b/deeper", "b/deeper/x"])
@pytest.mark.parametrize(
    ("inner", "content"),
    [
        (WHOLE, {"y": "inner"}),
        (WHOLE, {"deeper/y": "inner"}),
        ("y", "inner"),
        ("deeper", {"y": "inner"}),
        ("deeper", "inner"),
        ("deeper/y", "inner"),
    ],
)
def test_nothing_is_put_into_another_data_sets_folder(
    path: str, inner: str, content: Tree | str, disk: Disk
) -> None:
    """It would go when that is made again, or take away what is there; beside it is room."""
    outer, below = {"b/deeper/x": "one"}, "b/deeper/x"[len(path) + 1 :]
    whole: Tree | str = {below: "one"} if below else "one"
    disk.publish(outer if path == WHOLE else whole, path)
    made = disk.made(content, inner)
    beside = "b/deeper/y" if inner == "deeper/y" else "b/y"
    deep = {"b/deeper": {"b/y"}, "b/deeper/x": {"b/y", "b/deeper/y"}}
    if beside in deep.get(path, ()) and inner != "deeper" and "deeper/y" not in content:
        disk.records(INNER).publish([made])
        assert {**outer, beside: "inner"} == disk.there()
        return
    with pytest.raises(DefinitionError, match=r" belongs to org\.a@acme"):
        disk.records(INNER).publish([made])
    assert outer == disk.there()
    assert {} == disk.entries(INNER)


@each_place
def test_of_two_that_made_the_same_folder_the_first_is_published(path: str, disk: Disk) -> None:
    """The other one's goes."""
    late, made = disk.records(), disk.made({"a": "late"}, path)
    assert {} == late.manifest().entries
    disk.publish({"a": "first"}, path)
    late.publish([made])
    assert ({"a": "first"}, []) == (disk.there(path), disk.left())


@each_place
def test_whoever_was_quicker_by_a_moment_is_waited_for(
    path: str, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is there, and its record is not yet."""
    write(disk.store.path(CARD, path), {"a": "first"})
    made, records = disk.made({"a": "late"}, path), disk.records()

    def meanwhile(seconds: float) -> None:
        ours = disk.records()
        entries = {"x": made.entry._replace(result="first")}
        ours._commit(entries, {})

    monkeypatch.setattr("datamaestro.store.records.time.sleep", meanwhile)
    records.publish([made])
    assert ({"a": "first"}, [], None) == (disk.there(path), disk.left(), disk.found())


def test_names_that_are_no_text_are_recorded(disk: Disk) -> None:
    """In the manifest and in the sidecar, and they come back as they were."""
    odd, folder = os.fsdecode(b"caf\xe9"), os.fsdecode(b"\xff")
    disk.publish({odd: "one", f"l{odd}": f"-> {odd}"}, folder, name=odd)
    disk.publish("two", f"sub/{odd}", name="file")
    assert {odd: folder, "file": f"sub/{odd}"} == disk.entries()
    recorded = read_sidecar(disk.store.sidecar(CARD))
    assert {f"{folder}/{odd}", f"{folder}/l{odd}", f"sub/{odd}"} == recorded.keys()
    assert odd == recorded[f"{folder}/l{odd}"].link
    disk.records().remove(odd)
    assert [f"sub/{odd}"] == disk.recorded()
    assert {f"sub/{odd}": "two"} == disk.there()


def test_a_link_is_recorded_as_a_link(disk: Disk) -> None:
    """Without content, whatever is where it leads."""
    disk.publish({"a": "one", "l": "-> a", "nowhere": '-> b c\n"d'}, "data")
    recorded = read_sidecar(disk.store.sidecar(CARD))
    found = {path: (fact.link, fact.sha256 == "", fact.size) for path, fact in recorded.items()}
    assert {
        "data/a": ("", False, 3),
        "data/l": ("a", True, 0),
        "data/nowhere": ('b c\n"d', True, 0),
    } == found


def test_transient_folders_go_and_stay_away(disk: Disk) -> None:
    """Used up in the same run in which they were published."""
    records = disk.records()
    records.publish([disk.made(TREE, "data"), disk.made("made of it", "made", name="made")])
    records.remove("x")
    records.confirm()
    assert ({"made": "made"}, ["made"]) == (disk.entries(), disk.recorded())
    assert {"made": "made of it"} == disk.there()


def test_a_folder_that_was_taken_away_is_there_again(disk: Disk) -> None:
    """A user has removed it, or put something else there; the record is still there."""
    disk.publish({"a": "one"}, "data")
    place = disk.store.path(CARD, "data")
    place.rename(place.with_name("gone"))
    assert not disk.records().has("x", "r")
    disk.publish({"a": "one"}, "data")
    place.rename(place.with_name("gone, too"))
    place.write_text("mine")
    disk.publish({"a": "one"}, "data")
    assert ({"a": "one"}, {"data": "mine"}) == (disk.there("data"), disk.found())
