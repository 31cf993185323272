"""Files and folders that are made from others by a definition's functions."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.data import File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.derived import DerivedFile, DerivedFolder
from datamaestro.download.resource import Resource
from datamaestro.download.single import FileDownloader
from datamaestro.errors import ContentError, DatamaestroError, DefinitionError, StorageError
from datamaestro.store.manifest import Entry, read_manifest, read_sidecar
from datamaestro.store.trees import read_tree, sha256_of, tree_digest
from support.distributions import install

ID = "org.example.one"

FUNCTIONS = """
import os
from pathlib import Path
from datamaestro.errors import ContentError

CALLS = Path(__file__).with_name("calls")

def told(name):
    with CALLS.open("a") as file:
        file.write(f"{name} {os.getpid()}\\n")

def shout(output, *inputs):
    told("shout")
    output.write_text("".join(each.read_text() for each in inputs).upper())

def size(output, text):
    told("size")
    output.write_text(str(text.stat().st_size))

def words(output, text):
    told("words")
    assert output.is_dir() and not list(output.iterdir())
    (output / "sub").mkdir()
    for word in text.read_text().split():
        (output / "sub" / word).write_text(word)
    (output / "first").symlink_to("sub/one")

def count(output, folder):
    told("count")
    output.write_text(str(len(list(folder.rglob("*")))))

def value(output, *inputs):
    raise ValueError("no such value")

def content(output, *inputs):
    raise ContentError("not a text")

def full(output, *inputs):
    with open("/dev/full", "w") as file:
        file.write("x")

def missing(output, *inputs):
    open(output.with_name("no such file"))

def nothing(output, *inputs):
    if output.is_dir():
        output.rmdir()

def link(output, *inputs):
    nothing(output)
    output.symlink_to(inputs[0])

def other(output, *inputs):
    nothing(output)
    output.mkdir() if not output.suffix == ".d" else output.touch()
"""

each_way = pytest.mark.parametrize("process", [False, True], ids=["here", "process"])


class World:
    """A text that is published, and what a data set makes of it."""

    def __init__(self, site: Path, folder: Path, store: Path) -> None:
        install(site, "making", {"making.py": FUNCTIONS}, {})
        self.functions: Any = importlib.import_module("making")
        self.calls, self.text = site / "calls", folder / "text"
        self.store = store
        self.text.write_text("one two")

    def raw(self, *, transient: bool = False) -> FileDownloader:
        """Return the published text; what it is may be known by its digest alone."""
        url, digest = self.text.as_uri(), sha256_of(self.text)
        return FileDownloader("raw.txt", url, sha256=digest, transient=transient)

    def prepare(self, **resources: Resource) -> dict[str, Path]:
        """Prepare a data set of some resources; return their places."""

        def config(self: Any) -> File:
            return File(path=getattr(self, [*resources][-1]).path)

        declared = type("One", (Dataset,), {**resources, "config": config})
        Context().prepare(dataset(File, id=ID)(declared))
        return {name: self.data / entry.path for name, entry in self.entries().items()}

    @property
    def data(self) -> Path:
        return self.store / "data/__custom__/org/example/one"

    def entries(self) -> dict[str, Entry]:
        """Return what is on record."""
        return dict(read_manifest(self.store / f"state/__custom__/{ID}.json").entries)

    def recorded(self) -> list[str]:
        """Return the paths of the files that are on record."""
        return list(read_sidecar(self.store / f"state/__custom__/{ID}.files.jsonl"))

    def called(self) -> list[str]:
        """Return the functions that were called since this was last asked."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return [line.split()[0] for line in lines]


@pytest.fixture
def world(site: Path, tmp_path: Path, store: Path) -> World:
    """Return a text and functions to be called with it."""
    return World(site, tmp_path, store)


@each_way
def test_a_file_is_what_its_function_writes(process: bool, world: World) -> None:
    """From its inputs, in their order; with the digest of its content on record."""
    raw = world.raw()
    made = DerivedFile("sub/made.txt", world.functions.shout, raw, raw, process=process)
    places = world.prepare(RAW=raw, MADE=made)
    assert "ONE TWOONE TWO" == places["MADE"].read_text()
    assert (world.data / "sub/made.txt", ["raw.txt", "sub/made.txt"]) == (
        places["MADE"],
        world.recorded(),
    )
    assert sha256_of(places["MADE"]) == world.entries()["MADE"].result


@each_way
def test_where_it_is_called(process: bool, world: World) -> None:
    """Here, or in another process."""
    raw = world.raw()
    world.prepare(RAW=raw, MADE=DerivedFile("m.txt", world.functions.shout, raw, process=process))
    (line,) = world.calls.read_text().splitlines()
    assert process == (f"shout {os.getpid()}" != line)


@each_way
@pytest.mark.parametrize("path", ["made", "."])
def test_a_folder_is_what_its_function_puts_there(path: str, process: bool, world: World) -> None:
    """It is there at first, and empty; files and links are on record."""
    raw = FileDownloader("raw.txt", world.text.as_uri(), transient=True)
    made = DerivedFolder(path, world.functions.words, raw, varname="MADE", process=process)
    if path == ".":
        with pytest.raises(DefinitionError, match="one is inside of the other"):
            world.prepare(RAW=raw, MADE=made)
        return
    place = world.prepare(RAW=raw, MADE=made)["MADE"]
    facts = list(read_tree(place))
    assert {"first", "sub/one", "sub/two"} == {fact.path for fact in facts}
    assert ["made/first", "made/sub/one", "made/sub/two"] == world.recorded()
    entry = world.entries()["MADE"]
    assert (True, tree_digest(facts)) == (entry.folder, entry.result)


def test_a_folder_is_an_input(world: World) -> None:
    """And goes when it is used up."""
    raw = world.raw(transient=True)
    folder = DerivedFolder("all", world.functions.words, raw, varname="ALL", transient=True)
    made = DerivedFile("made.txt", world.functions.count, folder)
    places = world.prepare(RAW=raw, ALL=folder, MADE=made)
    assert "4" == places["MADE"].read_text()
    assert ["made.txt"] == [path.name for path in world.data.iterdir()]
    assert (["MADE"], ["made.txt"]) == (list(world.entries()), world.recorded())


def test_what_it_was_made_from_is_on_record(world: World) -> None:
    """By name: the content of each input, whether that is still there or not."""
    raw = world.raw(transient=True)
    digest = sha256_of(world.text)
    half = DerivedFile("half.txt", world.functions.shout, raw)
    made = DerivedFile("made.txt", world.functions.size, half)
    places = world.prepare(RAW=raw, HALF=half, MADE=made)
    entries = world.entries()
    assert {"RAW": digest} == {name: one.sha256 for name, one in entries["HALF"].inputs.items()}
    assert {"HALF": sha256_of(places["HALF"])} == {
        name: one.sha256 for name, one in entries["MADE"].inputs.items()
    }


def test_what_is_there_is_not_made_again(world: World) -> None:
    """Nor is what was used up fetched again."""
    for _ in range(2):
        raw = world.raw(transient=True)
        world.prepare(RAW=raw, MADE=DerivedFile("made.txt", world.functions.shout, raw))
    assert ["shout"] == world.called()
    assert ["made.txt"] == [path.name for path in world.data.iterdir()]


@pytest.mark.parametrize("transient", [False, True])
def test_it_is_made_again_when_its_input_changes(transient: bool, world: World) -> None:
    """The input is another file now, and so is what is made of it."""
    for text in ("one two", "three"):
        world.text.write_text(text)
        raw = world.raw(transient=transient)
        made = DerivedFile("made.txt", world.functions.shout, raw)
        places = world.prepare(RAW=raw, MADE=made)
        assert (text.upper(), ["shout"]) == (places["MADE"].read_text(), world.called())


@pytest.mark.parametrize("transient", [False, True])
def test_nothing_is_made_from_what_is_out_of_date(transient: bool, world: World) -> None:
    """A run was interrupted when something half made was there; then its input changes."""
    for text, function in (("one two", "value"), ("three", "shout")):
        world.text.write_text(text)
        raw = world.raw(transient=transient)
        half = DerivedFile("half.txt", world.functions.shout, raw, transient=True)
        made = DerivedFile("made.txt", getattr(world.functions, function), half)
        if function == "value":
            with pytest.raises(DefinitionError, match="no such value"):
                world.prepare(RAW=raw, HALF=half, MADE=made)
            assert "HALF" in world.entries()
    assert "THREE" == world.prepare(RAW=raw, HALF=half, MADE=made)["MADE"].read_text()


def test_it_is_not_made_again_when_only_its_inputs_recipe_changes(world: World) -> None:
    """The input is made again, has the content that it had, and all that follows stays."""

    def prepare(version: str) -> None:
        raw = world.raw()
        half = DerivedFile("half.txt", world.functions.size, raw, version=version)
        world.prepare(RAW=raw, HALF=half, MADE=DerivedFile("m.txt", world.functions.shout, half))

    prepare("1")
    assert ["size", "shout"] == world.called()
    prepare("2")
    assert ["size"] == world.called()


@pytest.mark.parametrize(
    "change",
    [
        lambda world, raw: DerivedFile("made.txt", world.functions.shout, raw, version="2"),
        lambda world, raw: DerivedFile("made.txt", world.functions.size, raw),
        lambda world, raw: DerivedFile("other.txt", world.functions.shout, raw, varname="MADE"),
        lambda world, raw: DerivedFile("made.txt", world.functions.shout, raw, raw),
        lambda world, raw: DerivedFolder("made.txt", world.functions.words, raw),
    ],
    ids=["version", "function", "path", "inputs", "folder"],
)
def test_it_is_made_again_when_it_is_made_otherwise(
    change: Callable[[World, Resource], DerivedFile], world: World
) -> None:
    """Nothing of what was there before stays."""
    raw = world.raw()
    world.prepare(RAW=raw, MADE=DerivedFile("made.txt", world.functions.shout, raw))
    world.called()
    raw = world.raw()
    made = change(world, raw)
    places = world.prepare(RAW=raw, MADE=made)
    assert 1 == len(world.called())
    found = sorted(fact.path for fact in read_tree(world.data))
    assert sorted(world.recorded()) == found
    assert {"raw.txt", made.filename} == {path.split("/")[0] for path in found}
    assert isinstance(made, DerivedFolder) == places["MADE"].is_dir()


def test_where_it_is_called_is_no_part_of_the_recipe(world: World) -> None:
    """It is the same file."""
    for process in (False, True):
        raw = world.raw()
        made = DerivedFile("made.txt", world.functions.shout, raw, process=process)
        world.prepare(RAW=raw, MADE=made)
    assert ["shout"] == world.called()


@each_way
@pytest.mark.parametrize("folder", [False, True], ids=["file", "folder"])
@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("value", DefinitionError, "MADE fails: ValueError: no such value"),
        ("content", ContentError, "not a text"),
        ("full", StorageError, r"cannot use .*/made\.d: No space left on device"),
        ("missing", DefinitionError, "MADE fails: FileNotFoundError: .*no such file"),
        ("nothing", DefinitionError, "MADE did not write the (file|folder) it was given"),
        ("link", DefinitionError, "MADE did not write the (file|folder) it was given"),
    ],
)
def test_a_function_that_fails_is_told_in_one_line(
    name: str,
    kind: type[DatamaestroError],
    message: str,
    folder: bool,
    process: bool,
    world: World,
) -> None:
    """With the data set's name; nothing of it is published, and what came before it stays."""
    raw = world.raw(transient=True)
    made = (DerivedFolder if folder else DerivedFile)(
        "made.d", getattr(world.functions, name), raw, process=process
    )
    if process and kind is DefinitionError:
        message = message.replace("MADE fails", "(MADE|making:[a-z]*) fails")
    with pytest.raises(kind, match=f"{ID}@__custom__: .*{message}") as caught:
        world.prepare(RAW=raw, MADE=made)
    assert (kind, "\n" in str(caught.value)) == (type(caught.value), False)
    assert ["raw.txt"] == [path.name for path in world.data.iterdir()]
    assert ["RAW"] == list(world.entries())


def test_a_folder_in_place_of_a_file_is_refused(world: World) -> None:
    """And the other way round."""
    raw = world.raw()
    for kind, path in ((DerivedFile, "made.txt"), (DerivedFolder, "made.d")):
        made = kind(path, world.functions.other, raw, varname="MADE")
        with pytest.raises(DefinitionError, match=r"did not write the (file|folder) it was given"):
            world.prepare(RAW=raw, MADE=made)


def test_what_can_be_made_at_the_same_time_is(world: World) -> None:
    """Each in a process of its own."""
    raw = world.raw(transient=True)
    made = {
        name: DerivedFile(f"{name}.txt", world.functions.shout, raw, varname=name, process=True)
        for name in ("A", "B")
    }
    world.prepare(RAW=raw, **made)
    numbers = {line.split()[1] for line in world.calls.read_text().splitlines()}
    assert (2, True) == (len(numbers), str(os.getpid()) not in numbers)
    assert ["A.txt", "B.txt"] == sorted(path.name for path in world.data.iterdir())
