"""Hostile archives: nothing outside, nothing half, and one line that says why."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.data import Folder
from datamaestro.definitions import Dataset, dataset
from datamaestro.download.archive import ArchiveDownloader
from datamaestro.errors import ContentError
from datamaestro.store.writers import writers
from datamaestro.testing.hostile import Hostile, hostile_tars, hostile_zips
from support.command import datamaestro
from support.repositories import define
from support.transfers import ID

CASES = [*hostile_tars(), *hostile_zips()]
HUGE = [each for each in (*hostile_tars(huge=True), *hostile_zips(huge=True)) if each.huge]


def prepare(packed: Path, store: Path, **limits: int) -> Path:
    """Return the folder of a data set that is an archive."""

    @dataset(id="org.example.hostile")
    class Any(Dataset):
        DATA = ArchiveDownloader("data", packed.as_uri(), unwrap=False, **limits)  # type: ignore[arg-type]

        def config(self) -> Folder:
            return Folder(path=self.DATA.path)

    return Path(Context(store).prepare(Any).path)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for archive and data directory; beside it nothing appears."""
    folder = tmp_path / "inside"
    folder.mkdir()
    before = set(tmp_path.rglob("*"))
    yield folder
    assert before == {path for path in tmp_path.rglob("*") if folder not in path.parents}
    assert not list(Path("/tmp").glob("datamaestro-hostile*"))
    assert not list(Path("/").glob("datamaestro-hostile*"))


def check(case: Hostile, inside: Path, **limits: int) -> None:
    """Prepare a hostile archive; it is refused, or does what is right."""
    packed, store = inside / f"packed{case.suffix}", inside / "store"
    case.write(packed)
    refusal = None
    try:
        prepare(packed, store, **limits)
    except ContentError as error:
        refusal = str(error)
    if refusal is None:
        assert case.may_be_kept, case.why
        case.assert_kept(store / "data/__custom__/org/example/hostile")
        return
    assert case.may_be_refused, f"{case.why}: {refusal}"
    assert "\n" not in refusal
    assert len(refusal) < 1000
    assert not (store / "data").exists()
    (partial,) = (store / "partial").glob("*/*")
    assert [] == writers(partial)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_archive_does_no_harm(case: Hostile, outside: Path) -> None:
    """It is refused with nothing published, or what is published is what it should be."""
    check(case, outside)


@pytest.mark.parametrize("case", HUGE, ids=str)
def test_a_bomb_does_no_harm(case: Hostile, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused long before it has taken the room that it would."""
    monkeypatch.setattr("datamaestro.engine.expansion.limits.HARMLESS", 1 << 24)
    check(case, outside, max_members=10_000, max_size=1 << 30)


def test_the_command_says_why_in_one_line(site: Path, tmp_path: Path) -> None:
    """Exit code 6; what, where and what it means; and the archive can be looked at."""
    case = next(each for each in CASES if each.name == "parent")
    case.write(tmp_path / "a.tar")
    define(
        site,
        f"""
        @tardownloader("data", {(tmp_path / "a.tar").as_uri()!r})
        @dataset(Folder)
        def one(data):
            return {{"path": data}}
        """,
    )
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (6, "") == (done.code, done.out)
    (line,) = done.lines
    assert "a.tar: member '../escaped' leads outside of the archive" in line
    assert "wrong/data" in line


def test_limits_hold_for_members(outside: Path) -> None:
    """A folder may have as many members as its definition says."""
    packed = outside / "a.tar.gz"
    case = next(each for each in CASES if each.name == "dots")
    case.write(packed)
    packed.write_bytes(gzip.compress(packed.read_bytes()))
    with pytest.raises(ContentError, match=r"more than 1 members.*max_members="):
        prepare(packed, outside / "store", max_members=1)
