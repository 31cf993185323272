"""Folders of the user's, and what is below them."""

from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context, DatafolderPath, ResolvablePath
from datamaestro.data import File, Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.datafolders import FolderNotSet, PlaceNeeded
from datamaestro.download.links import GlobChecker, linkfolder, linkpath, links
from datamaestro.errors import ActionNeeded, DefinitionError
from datamaestro.settings.folders import set_datafolder

DISKS = "org.example.disks"
WANTED = DatafolderPath(DISKS, "one/a.txt")


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    """Return a folder of the user's."""
    (tmp_path / "disks/one").mkdir(parents=True)
    (tmp_path / "disks/one/a.txt").write_text("a")
    return tmp_path / "disks"


def test_a_path_is_known_when_its_folder_is_set(disks: Path, store: Path) -> None:
    """In the data directory at work, or that of a context."""
    with pytest.raises(FolderNotSet, match=f"datamaestro datafolders set {DISKS} PATH") as caught:
        WANTED()
    assert isinstance(caught.value, KeyError)
    set_datafolder(store, DISKS, disks)
    assert disks / "one/a.txt" == WANTED() == ResolvablePath.resolve(None, WANTED)
    elsewhere = Context(disks / "elsewhere")
    with pytest.raises(FolderNotSet):
        WANTED(elsewhere)
    assert Path("/x") == ResolvablePath.resolve(elsewhere, "/x")
    assert f"datafolder-path({DISKS}):one/a.txt" == str(WANTED)


def test_a_path_may_be_set_itself(disks: Path, store: Path, tmp_path: Path) -> None:
    """Where the user's folder is arranged in another way."""
    set_datafolder(store, DISKS, disks)
    set_datafolder(store, WANTED.whole, tmp_path / "mine.txt")
    assert tmp_path / "mine.txt" == WANTED()
    assert disks / "two" == DatafolderPath(DISKS, "two")()


def linked(*proposals: Any) -> Any:
    """Return a data set of what is at one of some places."""

    @dataset(id="org.example.linked")
    class Data(Dataset):
        LINK = linkpath("link", proposals)

        def config(self) -> File:
            return File(path=self.LINK.path)

    return Data


def test_each_data_directory_has_folders_of_its_own(disks: Path, tmp_path: Path) -> None:
    """Those of the context in which a data set is prepared."""
    context = Context(tmp_path / "elsewhere")
    set_datafolder(context.store.root, DISKS, disks)
    assert "a" == context.prepare(linked(WANTED)).path.read_text()
    with pytest.raises(ActionNeeded):
        Context().prepare(linked(WANTED))


def test_what_was_looked_at_and_what_is_not_set_is_told(disks: Path, context: Context) -> None:
    """With the command that sets it."""
    other = DatafolderPath("org.example.more", "x")
    with pytest.raises(PlaceNeeded) as caught:
        context.prepare(linked(disks / "none", WANTED, other, WANTED))
    assert ("link", (DISKS, other.folderid), (disks / "none",)) == (
        caught.value.resource,
        caught.value.folders,
        caught.value.tried,
    )
    assert (7, 1) == (caught.value.exit_code, len(str(caught.value).splitlines()))
    assert f"datafolders set {DISKS} PATH or datamaestro datafolders set {other.folderid}" in str(
        caught.value
    )
    with pytest.raises(PlaceNeeded, match="put it there"):
        context.prepare(linked(disks / "none"))


def test_a_path_of_any_kind_leads_to_either(disks: Path, context: Context) -> None:
    """A file or a folder; and code of others may say where."""

    class Somewhere(ResolvablePath):
        def __call__(self, context: Any = None) -> Path:
            assert isinstance(context, Context)
            return disks / "one"

    found = context.prepare(linked(Somewhere())).path
    assert ("a", disks / "one") == ((found / "a.txt").read_text(), found.readlink())


def of_links(**targets: Any) -> Any:
    """Return a data set of links."""

    @dataset(id="org.example.apart.many")
    class Data(Dataset):
        ALL = links("all", **targets)

        def config(self) -> Folder:
            return Folder(path=self.ALL.path)

    return Data


def test_links_to_nothing_are_refused(disks: Path, context: Context) -> None:
    """Whether a person has to put something there, or the definition is wrong."""
    with pytest.raises(ActionNeeded, match=r"all: .*none is not there"):
        context.prepare(of_links(x=disks / "none"))

    @dataset(id="org.example.nowhere")
    class Nowhere(Dataset):
        def config(self) -> Folder:
            return Folder(path="/none", id="org.example.nowhere")

    wrapper = vars(Nowhere)["__dataset__"]
    for target in (Nowhere, wrapper.id_of_nothing, wrapper.path):
        with pytest.raises((DefinitionError, AttributeError)):
            context.prepare(of_links(x=target))


def test_another_part_is_another_link(disks: Path) -> None:
    """So that the folder is made again."""
    wrapper = vars(linked(disks))["__dataset__"]
    recipes = {links("all", x=one).card().derivation for one in (wrapper, wrapper.a, wrapper.b)}
    assert 3 == len(recipes)


def test_links_lead_right_where_a_folder_was_put_elsewhere(
    disks: Path, tmp_path: Path, context: Context
) -> None:
    """Then they are absolute; a path seen from there would be another."""
    set_datafolder(context.store.root, DISKS, disks)
    data = of_links(file=linked(WANTED))
    (tmp_path / "larger").mkdir()
    place = context.store.root / "data/__custom__/org/example/apart"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "larger")
    found = context.prepare(data).path
    assert "a" == (tmp_path / "larger/many/file/link").read_text()
    assert (found / "file").readlink().is_absolute()


def test_a_checker_is_not_asked_where_nothing_is(disks: Path, context: Context) -> None:
    """It would have nothing to look at."""
    link = linkfolder("link", [], checker=GlobChecker("*", "none"))
    assert not link._check_path(disks / "one/a.txt")
    with pytest.raises(PlaceNeeded):
        context.prepare(linked(disks / "none"))
    assert not link._check_path(disks)
    assert linkfolder("link", [], checker=GlobChecker("*"))._check_path(disks / "one")
