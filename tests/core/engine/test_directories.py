"""Several data directories: where each data set is found, and used from."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import define, frozen

from datamaestro.context import Context
from datamaestro.data import Base, File
from datamaestro.definitions import Dataset, dataset
from datamaestro.download import reference
from datamaestro.download.derived import DerivedFile
from datamaestro.download.links import links
from datamaestro.download.single import FileDownloader
from datamaestro.engine.plan import make_plan
from datamaestro.errors import DatasetNotFound
from datamaestro.searching import search
from datamaestro.store.search_path import leave_out
from support.inside import inside
from support.trees import content_of

TEXT_FOLDER = "data/__custom__/org/example/text"


@define(slots=False, kw_only=True, eq=False)
class Pair(Base):
    """Two data."""

    text: File
    length: File


@frozen
class World:
    """Two texts that are published as one data set, and what is made of them.

    Args:
        published: the folder in which they are.
        text: the data set.
        pair: made of it.
        made: the lengths that were made, in order.
    """

    published: Path
    text: Any
    pair: Any
    made: list[str]


def world_in(published: Path) -> World:
    published.mkdir()
    (published / "a.txt").write_text("one two\n")
    (published / "b.txt").write_text("three\n")
    made: list[str] = []

    @dataset(id="org.example.text")
    class Text(Dataset):
        A = FileDownloader("a.txt", (published / "a.txt").as_uri())
        B = FileDownloader("b.txt", (published / "b.txt").as_uri())

        def config(self) -> File:
            return File(path=self.A.path)

    def count(output: Path, text: File) -> None:
        made.append(str(len(text.path.read_text())))
        output.write_text(made[-1])

    @dataset(id="org.example.pair")
    class Both(Dataset):
        TEXT = reference(Text)
        LENGTH = DerivedFile("length.txt", count, TEXT)

        def config(self) -> Pair:
            return Pair(text=self.TEXT.config(), length=File(path=self.LENGTH.path))

    return World(published, Text, Both, made)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return data sets that are published on this computer."""
    return world_in(tmp_path / "published")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shared data directory, not yet made, which is looked at after an empty one."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("DATAMAESTRO_SHARED", f"{tmp_path / 'empty'}:{tmp_path / 'shared'}")
    return tmp_path / "shared"


@pytest.fixture
def fill(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Return what prepares a data set in the shared data directory, as its keeper does."""

    def prepare(reference: object) -> None:
        with monkeypatch.context() as alone:
            alone.delenv("DATAMAESTRO_SHARED")
            Context(shared).prepare(reference)

    return prepare


Fill = Callable[[object], None]


def test_what_is_complete_there_is_used_from_there(
    world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """Paths lead there; nothing is written there, and nothing here."""
    fill(world.text)
    before = content_of(shared)
    shutil.rmtree(world.published)
    context = Context()
    assert shared / TEXT_FOLDER / "a.txt" == context.prepare(world.text).path
    assert context.is_prepared(world.text)
    assert context.plan(context.dataset(world.text)).done
    assert before == content_of(shared)
    assert not store.exists()


def test_what_is_complete_is_looked_at_once(
    world: World, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To choose its directory: nothing happens between that and its use."""
    fill(world.text)
    looked = []

    def look(*given: Any) -> Any:
        looked.append(given)
        return make_plan(*given)

    monkeypatch.setattr("datamaestro.engine.plan.make_plan", look)
    Context().prepare(world.text)
    assert 1 == len(looked)


def test_ones_own_goes_first(world: World, shared: Path, store: Path, fill: Fill) -> None:
    """What is complete in both is used from one's own."""
    fill(world.text)
    Context(store).prepare(world.text)
    shutil.copytree(shared, store)
    assert store / TEXT_FOLDER / "a.txt" == Context().prepare(world.text).path


@pytest.mark.parametrize("lost", ["a.txt", "b.txt"])
def test_a_part_there_does_not_count(
    lost: str, world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """Then it is made in one's own, and there it stays as it is."""
    fill(world.text)
    (shared / TEXT_FOLDER / lost).unlink()
    before = content_of(shared)
    assert not Context().is_prepared(world.text)
    assert store / TEXT_FOLDER / "a.txt" == Context().prepare(world.text).path
    assert before == content_of(shared)


def test_what_is_made_of_shared_data_stays_current(
    world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """Each data set is looked for on its own; what is made is made once, in one's own."""
    fill(world.text)
    found = Context().prepare(world.pair)
    folders = shared / TEXT_FOLDER, store / "data/__custom__/org/example/pair"
    assert folders == (found.text.path.parent, found.length.path.parent)
    assert Context().is_prepared(world.pair)
    assert found.length.path.read_text() == Context().prepare(world.pair).length.path.read_text()
    assert ["8"] == world.made
    assert not (store / TEXT_FOLDER).exists()


def test_what_is_made_of_shared_data_is_made_again_when_they_change(
    world: World, shared: Path, fill: Fill
) -> None:
    """Their content decides, as in one data directory."""
    fill(world.text)
    Context().prepare(world.pair)
    (world.published / "a.txt").write_text("other words\n")
    (shared / TEXT_FOLDER / "a.txt").unlink()
    fill(world.text)
    assert "12" == Context().prepare(world.pair).length.path.read_text()
    assert ["8", "12"] == world.made


def test_what_is_no_longer_current_there_is_made_in_ones_own(
    world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """Nothing is written there, also where that could be."""
    fill(world.pair)
    (world.published / "a.txt").write_text("other words\n")
    shutil.rmtree(shared / TEXT_FOLDER)
    before = content_of(shared)
    found = Context().prepare(world.pair)
    folders = store / TEXT_FOLDER, store / "data/__custom__/org/example/pair"
    assert folders == (found.text.path.parent, found.length.path.parent)
    assert ("12", before) == (found.length.path.read_text(), content_of(shared))


def test_what_goes_meanwhile_is_made_in_ones_own(
    world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """A shared directory is not ours, and its files may go at any time."""
    fill(world.text)
    context = Context()

    class Vanishing(Base):
        """Nothing."""

    @dataset(id="org.example.late")
    class Late(Dataset):
        TEXT = reference(world.text)

        def config(self) -> Vanishing:
            shutil.rmtree(shared, ignore_errors=True)
            return Vanishing()

    context.prepare(Late)
    assert store / TEXT_FOLDER / "a.txt" == context.prepare(world.text).path


def test_what_is_there_on_no_record_is_told(
    world: World, shared: Path, store: Path, fill: Fill, caplog: pytest.LogCaptureFixture
) -> None:
    """It is made in one's own; who keeps the other directory can record it."""
    fill(world.text)
    shutil.rmtree(shared / "state")
    assert store / TEXT_FOLDER / "a.txt" == Context().prepare(world.text).path
    assert (
        f"{shared} has files of org.example.text@__custom__, but on no record, so they are not "
        f"used; record them with: datamaestro --data {shared} prepare org.example.text@__custom__"
    ) in caplog.messages
    assert not (shared / "state").exists()


def test_half_of_it_in_ones_own_misleads_nobody(
    world: World, shared: Path, store: Path, fill: Fill
) -> None:
    """What is made of a shared data set is current, whatever is left of it here."""
    fill(world.text)
    Context().prepare(world.pair)
    (world.published / "a.txt").write_text("other words\n")
    for folder in ("data", "state"):
        shutil.copytree(shared / folder, store / folder, dirs_exist_ok=True)
    (store / TEXT_FOLDER / "b.txt").unlink()
    assert Context().is_prepared(world.pair)
    Context().prepare(world.pair)
    assert ["8"] == world.made


def test_links_lead_to_shared_data(world: World, shared: Path, fill: Fill) -> None:
    """As absolute paths, since the two directories are moved on their own."""
    fill(world.text)

    @dataset(id="org.example.linked")
    class Linked(Dataset):
        ALL = links("all", text=world.text)

        def config(self) -> File:
            return File(path=self.ALL.path)

    place = Context().prepare(Linked).path / "text"
    assert shared / TEXT_FOLDER == place.readlink()


def test_a_directory_that_is_not_there_costs_one_line(
    world: World, shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The others serve."""
    leave_out.cache_clear()
    context = Context()
    assert context.prepare(world.text).path.exists()
    assert context.prepare(world.text).path.exists()
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [f"the shared data directory {shared} is left out: it is not there"] == told


def test_a_directory_that_cannot_be_understood_costs_one_line(
    world: World, shared: Path, fill: Fill, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as where a link leads in a circle."""
    leave_out.cache_clear()
    fill(world.text)
    manifest = shared / "state/__custom__/org.example.text.json"
    manifest.unlink()
    manifest.symlink_to(manifest.name)
    assert shared not in Context().prepare(world.text).path.parents
    assert 1 == sum(one.levelno == logging.WARNING for one in caplog.records)


def test_a_shared_directory_that_is_ones_own_is_one(
    world: World, shared: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written to as always."""
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(store))
    assert store / TEXT_FOLDER / "a.txt" == Context().prepare(world.text).path
    assert [store] == [one.root for one in Context().stores]


def test_all_directories_are_told(shared: Path, store: Path) -> None:
    """One's own, then the others as they are named."""
    shared.mkdir()
    assert [store, shared.with_name("empty"), shared] == [one.root for one in Context().stores]


def test_a_data_set_whose_repository_is_not_installed_is_used_as_it_is_described_there(
    world: World, shared: Path, fill: Fill
) -> None:
    """Sharing needs the files alone."""
    fill(world.text)
    assert shared / TEXT_FOLDER / "a.txt" == Context().prepare("org.example.text").path
    with pytest.raises(DatasetNotFound):
        Context().prepare("org.example.nowhere")


def test_commands_tell_from_where_a_data_set_is_used(shared: Path, fill: Fill) -> None:
    """``info``, ``plan``, ``search`` and ``list`` find it there."""
    fill("edu.uci.optdigits")
    folder = shared / "data/demo/edu/uci/optdigits"
    (known,) = inside("info", "edu.uci.optdigits", "--json").document
    assert (str(folder), True) == (known["folder"], known["resources"][0]["on_disk"])
    told = inside("plan", "edu.uci.optdigits").out
    assert f"edu.uci.optdigits@demo is on disk in {folder}: nothing is to be done\n" == told
    assert ["edu.uci.optdigits@demo"] == [one.identity for one in search("is:downloaded")]
    (listed,) = inside("list", "--json").document["datasets"]
    facts = listed["state"], listed["directory"], listed["folder"]
    assert ("complete", str(shared), str(folder)) == facts
