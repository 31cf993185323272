"""Removing data sets, on the command line."""

import os
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import Store
from datamaestro.store.lock import locked
from datamaestro.store.writers import start_writing
from support.forests import forest
from support.inside import inside
from support.repositories import define
from support.terminals import on_terminal

ONE, OTHER = "org.example.one", "org.example.other"


@pytest.fixture(autouse=True)
def prepared(site: Path) -> None:
    """Define a data set, and one that is made of it; both are on disk."""
    define(
        site,
        """
        from datamaestro.download import reference

        def write(output):
            output.write_text("content")

        @dataset()
        class One(Dataset):
            A = DerivedFile("a.txt", write)

            def config(self) -> File:
                return File(path=self.A.path)

        @dataset()
        class Other(Dataset):
            ONE = reference(One)
            B = DerivedFile("b.txt", write)

            def config(self) -> File:
                return File(path=self.B.path)
        """,
    )
    Context().prepare(OTHER)


def test_a_data_set_is_removed_by_those_who_say_so(store: Path, tmp_path: Path) -> None:
    """On a terminal they are asked; what is made from it is told."""
    before = forest(store, "trash")
    made = f"made from {ONE}@test: {OTHER}@test"
    done = inside("remove", ONE)
    assert (7, "", made) == (done.code, done.out, done.lines[0])
    assert f"datamaestro remove {ONE} --yes" in done.lines[1]
    done = inside("remove", "--dry-run", ONE)
    assert (0, f"{ONE}@test would be moved: 7 B\n") == (done.code, done.out)
    (facts,) = inside("remove", "--dry-run", "--json", ONE).document
    assert (7, 1, 0) == (facts["size"], facts["files"], facts["foreign"])
    code, _, shown = on_terminal("n\n", "remove", ONE, cwd=tmp_path)
    assert (7, True) == (code, f"{made} Move {ONE}@test (7 B) to the trash?" in shown)
    assert before == forest(store, "trash")
    done = inside("remove", "--yes", ONE)
    assert (0, f"{ONE}@test\n") == (done.code, done.out)
    assert not Context().is_prepared(ONE)
    assert 0 == inside("trash", "restore").code
    assert before == forest(store, "trash")


def test_several_are_removed_at_once(store: Path) -> None:
    """Where all that is made from one goes, too, there is nothing to tell."""
    done = inside("remove", "--yes", "--json", f"{ONE}@test", OTHER)
    assert [f"{ONE}@test", f"{OTHER}@test"] == [one["what"] for one in done.document]
    assert not any("made from" in line for line in done.lines)
    assert [] == list((store / "data").rglob("*.txt"))


@pytest.mark.parametrize("reference", [f"{ONE}.a", f"{ONE}[x=1]", f"{ONE}.a@test"])
def test_a_part_is_not_taken_for_the_whole(reference: str, store: Path) -> None:
    """Nor an id that goes on after that of a data set; exit code 2, and nothing is removed."""
    before = forest(store)
    done = inside("remove", "--yes", reference)
    (line,) = done.lines
    assert (2, True) == (done.code, f"datamaestro remove {ONE}" in line)
    assert before == forest(store)


def test_what_is_not_there_cannot_be_removed(store: Path) -> None:
    """Exit code 3; nothing else is removed either."""
    before = forest(store)
    done = inside("remove", "--yes", ONE, "org.example.none")
    (line,) = done.lines
    assert (3, True) == (done.code, "nothing of it is on record" in line)
    assert 2 == inside("remove").code
    assert before == forest(store)


def test_what_others_have_put_there_is_told(store: Path) -> None:
    """Before anything is moved, so that nobody takes the folder for removed."""
    (store / "data/test/org/example/one/mine").touch()
    done = inside("remove", "--yes", ONE)
    assert f"1 file in {store}/data/test/org/example/one is on no record, and stays there" in (
        done.lines
    )


def test_what_cannot_be_removed_hinders_no_other(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told when it is done; the exit code is that of what has failed."""
    monkeypatch.setenv("DATAMAESTRO_LOCK_TIMEOUT", "0")
    Context().prepare(ONE)
    holding = Holding(Store(store), ONE, "test")
    with locked(holding.store.lock(holding), holding.identity, -1):
        done = inside("remove", "--yes", ONE, OTHER)
    assert (9, f"{OTHER}@test\n") == (done.code, done.out)
    with locked(holding.store.lock(holding), holding.identity, -1):
        assert 9 == inside("remove", "--yes", ONE).code
    (store / "state/test" / f"{ONE}.files.jsonl").write_text("")
    done = inside("remove", "--yes", "--json", ONE)
    assert (6, []) == (done.code, done.document)
    assert f"datamaestro repair {ONE}@test" in done.err


def test_what_was_interrupted_says_how_it_comes_back(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the token of what is in the trash in part."""
    before, real = forest(store, "trash"), os.rename

    def interrupt(source: str, target: str, **more: int) -> None:
        if source == "one":
            raise KeyboardInterrupt
        real(source, target, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", interrupt)
        done = inside("remove", "--yes", ONE)
    (token,) = [path.name for path in (store / "trash").iterdir()]
    assert (130, "") == (done.code, done.out)
    assert any(f"datamaestro trash restore {token}" in line for line in done.lines)
    assert 0 == inside("trash", "restore", token).code
    assert before == forest(store, "trash")


def test_what_was_only_begun_is_removed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has arrived goes, and comes back; who is at work on it is waited for."""
    new = Holding(Store(store), "org.example.new", "test")
    writer = start_writing(new.store.partial(new))
    (writer.folder / "of-a").mkdir()
    (writer.folder / "of-a/x").write_bytes(b"x" * 10_000)
    monkeypatch.setenv("DATAMAESTRO_LOCK_TIMEOUT", "0")
    assert 9 == inside("remove", "--yes", new.id).code
    (writer.folder / "owner.json").unlink()
    before = forest(store, "trash")
    (facts,) = inside("remove", "--dry-run", "--json", new.id).document
    assert facts["size"] > 10_000
    done = inside("remove", "-y", new.id)
    assert (0, f"{new.identity}\n", False) == (done.code, done.out, writer.folder.exists())
    assert "to free its room: datamaestro trash empty " in done.err
    assert 3 == inside("remove", "--yes", new.id).code
    inside("trash", "restore", new.id)
    assert before == forest(store, "trash")


def test_what_a_link_leads_to_stays_and_that_is_said(store: Path, tmp_path: Path) -> None:
    """A folder on another disk."""
    folder = store / "data/test/org/example/other"
    folder.rename(tmp_path / "disk")
    folder.symlink_to(tmp_path / "disk")
    done = inside("remove", "--yes", OTHER)
    assert f"{folder} is a link; what is in {tmp_path / 'disk'} stays" in done.lines
    assert (tmp_path / "disk/b.txt").exists()
