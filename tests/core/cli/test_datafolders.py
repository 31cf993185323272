"""Folders of the user's whose contents cannot be downloaded, on the command line."""

from pathlib import Path

import pytest

from datamaestro.settings.folders import datafolders
from support.inside import inside
from support.repositories import define
from support.terminals import on_terminal

DISKS, ID = "org.example.disks", "org.example.linked"


@pytest.fixture
def disks(site: Path, tmp_path: Path) -> Path:
    """Define a data set of links to two folders of a data folder; return that folder."""
    define(
        site,
        f"""
        from datamaestro.context import DatafolderPath
        from datamaestro.data import Base
        from datamaestro.download.links import linkfile, linkfolder, links

        @dataset()
        class One(Dataset):
            LINK = linkfile("link", [DatafolderPath({DISKS!r}, "disk1/one/one.txt")])

            def config(self) -> File:
                return File(path=self.LINK.path)

        @dataset()
        class Two(Dataset):
            LINK = linkfolder("link", [DatafolderPath({DISKS!r}, "disk1/two")])

            def config(self) -> Folder:
                return Folder(path=self.LINK.path)

        @dataset()
        class Linked(Dataset):
            ALL = links("all", one=One, two=Two)

            def config(self) -> Folder:
                return Folder(path=self.ALL.path)
        """,
    )
    for name in ("one", "two"):
        place = tmp_path / "disks/disk1" / name
        place.mkdir(parents=True)
        (place / f"{name}.txt").write_text(name)
    return tmp_path / "disks"


@pytest.mark.parametrize("answer", ["", "disk1/two"])
def test_a_folder_is_asked_for_once(answer: str, disks: Path, tmp_path: Path, store: Path) -> None:
    """Of a data set and of all that it is made of; what is wanted from it says it, too."""
    ended = on_terminal(f"{disks / answer}\n", "prepare", ID, cwd=tmp_path)
    assert 0 == ended.code
    assert f'"id": "{ID}@test"'.encode() in ended.out
    assert 1 == ended.shown.count("Path of the data folder")
    for name in (DISKS, "disk1/one/one.txt", "disk1/two"):
        assert name in ended.shown
    assert {DISKS: disks} == datafolders(store)
    linked = store / "data/test/org/example/linked"
    assert "onetwo" == "".join(
        (linked / place).read_text() for place in ("one/link", "two/link/two.txt")
    )


def test_what_is_not_in_the_folder_is_told(disks: Path, tmp_path: Path) -> None:
    """One line, exit code 7; a path may be set itself, be it that of a file."""
    (disks / "disk1/one/one.txt").rename(disks / "mine.txt")
    assert 0 == inside("datafolders", "set", DISKS, str(disks), cwd=tmp_path).code
    failed = inside("prepare", "org.example.one", cwd=tmp_path)
    (line,) = failed.lines
    assert (7, True) == (failed.code, f"it is not at {disks / 'disk1/one/one.txt'}" in line)
    name = f"{DISKS}/disk1/one/one.txt"
    assert 0 == inside("datafolders", "set", name, "disks/mine.txt", cwd=tmp_path).code
    assert 0 == inside("prepare", "org.example.one", cwd=tmp_path).code


def test_what_is_found_elsewhere_is_not_asked_for(disks: Path, tmp_path: Path) -> None:
    """Such as a path that is set itself."""
    for below in ("disk1/one/one.txt", "disk1/two"):
        words = ("datafolders", "set", f"{DISKS}/{below}", str(disks / below))
        assert 0 == inside(*words, cwd=tmp_path).code
    ended = on_terminal("", "prepare", ID, cwd=tmp_path)
    assert (0, False) == (ended.code, "Path of" in ended.shown)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing command"),
        (["set", DISKS], "Missing argument 'PATH'"),
        (["set", DISKS, "none"], "none is not there"),
        (["set", DISKS, "a.txt"], "a.txt is no folder"),
        (["set", "", "."], "'' is no name"),
        (["set", "/x", "a.txt"], "'/x' is no name"),
        (["remove", DISKS], f"the data folder {DISKS} is not set"),
        (["list", "more"], "unexpected extra argument"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], message: str, tmp_path: Path) -> None:
    """Exit code 2, what, and the next step."""
    (tmp_path / "a.txt").write_text("a")
    done = inside("datafolders", *words, cwd=tmp_path)
    (line,) = done.lines
    assert (2, "", True) == (done.code, done.out, message in line)


def test_the_home_folder_may_be_abbreviated(tmp_path: Path, store: Path) -> None:
    """Where no shell has done it, and folders are kept absolute."""
    (tmp_path / "home/disks").mkdir(parents=True)
    assert 0 == inside("datafolders", "set", DISKS, "~/disks", cwd=tmp_path).code
    assert {DISKS: tmp_path / "home/disks"} == datafolders(store)


def test_the_data_directory_of_the_command_counts(disks: Path, tmp_path: Path, store: Path) -> None:
    """Each has folders of its own."""
    words = ("--data", str(tmp_path / "other"))
    assert 0 == inside(*words, "datafolders", "set", DISKS, str(disks), cwd=tmp_path).code
    assert f"{DISKS}\t{disks}\n" == inside(*words, "datafolders", "list", cwd=tmp_path).out
    assert 0 == inside(*words, "prepare", ID, cwd=tmp_path).code
    assert {} == datafolders(store)


def test_plan_says_which_data_folder_is_not_set(disks: Path, tmp_path: Path) -> None:
    """With the exit code of prepare; and when it is set, that nothing is in the way."""
    told = inside("plan", ID, "--json", cwd=tmp_path)
    problems = [item["problem"] or "" for each in told.document for item in each["items"]]
    assert 2 == sum(f"the data folder {DISKS} is not set" in one for one in problems)
    assert (7, [7, 7, 0]) == (told.code, [each["exit_code"] for each in told.document])
    shown = inside("plan", "org.example.one", cwd=tmp_path).out
    assert "in the way: org.example.one@test: link cannot be downloaded" in shown
    inside("datafolders", "set", DISKS, str(disks), cwd=tmp_path)
    told = inside("plan", ID, cwd=tmp_path)
    assert (0, False) == (told.code, "in the way" in told.out)
