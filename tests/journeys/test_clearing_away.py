"""Several processes clear the data directory away, beside each other and one that fetches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.testing.faults import FaultServer, stall
from support.forests import forest
from support.inside import inside
from support.processes import Crowd
from support.transfers import ID, content, define_one
from support.waiting import SECONDS

RAW = content(200_000)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """Return what starts processes; none is left in the end."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    with Crowd(folder) as members:
        yield members


@pytest.fixture(autouse=True)
def served(site: Path, server: FaultServer) -> FaultServer:
    """Define a data set of one file."""
    server.files["a.bin"] = RAW
    define_one(site, server.url("a.bin"))
    return server


def test_two_delete_the_same_orphans_at_once(store: Path, crowd: Crowd) -> None:
    """Both succeed, each thing is moved once, and all comes back."""
    Context().prepare(ID)
    for number in range(300):
        place = store / f"data/test/stray{number}"
        place.mkdir()
        (place / "file").write_text(str(number))
    before = forest(store, "trash")
    both = [crowd.start("orphans", "--delete", "--yes", "--json") for _ in range(2)]
    done = [each.end() for each in both]
    assert [(0, ""), (0, "")] == [(one.code, "".join(one.lines[:-1])) for one in done]
    moved = [path for one in done for item in one.document["trash"] for path in item["moved"]]
    assert {f"data/test/stray{number}" for number in range(300)} == set(moved)
    assert 300 == len(moved)
    assert 0 == inside("trash", "restore", "--yes").code
    assert before == forest(store, "trash")


def test_what_is_being_fetched_is_neither_orphan_nor_removed(
    served: FaultServer, store: Path, crowd: Crowd
) -> None:
    """Whoever would remove it waits, and gives up with exit code 9; then nothing is in the way."""
    Context().prepare(ID)
    place = store / "data/test/org/example/one/a.bin"
    place.unlink()
    served.will("a.bin", stall(after=len(RAW) // 2))
    fetching = crowd.start("prepare", ID)
    assert served.stalled.wait(SECONDS)
    document = inside("orphans", "--delete", "--yes", "--json").document
    assert ([], [], []) == (document["orphans"], document["unknown"], document["trash"])
    removing = crowd.start("remove", "--yes", ID, DATAMAESTRO_LOCK_TIMEOUT="0").end()
    assert (9, True) == (removing.code, "to make org.example.one@test" in removing.err)
    served.release()
    assert 0 == fetching.end().code
    assert RAW == place.read_bytes()
    assert 0 == inside("remove", "--yes", ID).code
    assert not place.exists()
