"""What others are made of is mended first, so that nothing is made of what is wrong."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import ContentError
from datamaestro.house.ways import repair, verify
from datamaestro.testing.faults import FaultServer
from support.inside import inside
from support.repositories import define

MEMBERS = {"b.txt": b"bees", "c/d.txt": b"dogs"}

BASE, MADE = "org.example.words@test", "org.example.count@test"

SOURCE = """
    from datamaestro.download import reference

    def count(output, words):
        output.write_text(str(len(list(words.path.rglob("*.txt")))))

    @tardownloader("m", {url!r})
    @dataset(Folder)
    def words(m):
        return {{"path": m}}

    @dataset(id="org.example.between")
    class Between(Dataset):
        WORDS = reference(words)

        def config(self) -> Folder:
            return self.WORDS.config()

    @dataset(id="org.example.count")
    class Count(Dataset):
        WORDS = reference(Between)
        COUNT = DerivedFile("count.txt", count, WORDS)

        def config(self) -> File:
            return File(path=self.COUNT.path)
"""


@pytest.fixture
def count(site: Path, server: FaultServer) -> Path:
    """Return what was made from a data set, by way of one that is made of it alone."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    server.files["m.tar"] = made.getvalue()
    define(site, SOURCE.format(url=server.url("m.tar")))
    path: Path = Context().prepare(MADE).path
    assert "2" == path.read_text()
    return path


def spoil(count: Path) -> None:
    """Spoil both what was made and what it was made of."""
    count.write_text("wrong")
    shutil.rmtree(count.parent.parent / "words/c")


def test_what_others_are_made_of_is_mended_first(count: Path) -> None:
    """Whatever they are called, and when all is only looked at."""
    spoil(count)
    for dry_run in (True, False):
        done = [one.repair.holding.identity for one in repair(Context(), dry_run=dry_run)]
        assert [BASE, MADE] == done
    assert "2" == count.read_text()
    assert all(one.right for one in verify(Context()))


def test_the_command_does_so(count: Path) -> None:
    """Its lines are in the order in which it does it."""
    spoil(count)
    done = inside("repair")
    assert (0, [f"{BASE}:", f"{MADE}:"]) == (
        done.code,
        [line for line in done.out.splitlines() if not line.startswith(" ")],
    )
    assert "2" == count.read_text()


def test_what_is_right_in_a_shared_directory_is_mended_here(
    count: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is this one that was wrong, and would be again for whoever verifies."""
    store = Context().store.root
    shutil.copytree(store, tmp_path / "shared", symlinks=True)
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(tmp_path / "shared"))
    spoil(count)
    assert [BASE, MADE] == [one.repair.holding.identity for one in repair(Context())]
    assert "2" == count.read_text()
    found = verify(Context())
    assert [True] * 4 == [one.right for one in found]
    assert {store, tmp_path / "shared"} == {one.holding.store.root for one in found}


def test_nothing_is_made_of_what_is_wrong_in_a_shared_directory(
    count: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keeper is the one who mends that."""
    shared = tmp_path / "shared"
    Context().store.root.rename(shared)
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    (shared / "state/test/org.example.count.json").unlink()
    own = Context().prepare(MADE).path
    assert shared not in own.parents
    assert "2" == own.read_text()
    own.write_text("wrong")
    shutil.rmtree(shared / "data/test/org/example/words/c")
    with pytest.raises(ContentError, match=rf"datamaestro --data {shared} repair {BASE}"):
        repair(Context(), [MADE])
    assert "wrong" == own.read_text()


def test_nothing_is_made_of_what_is_wrong(count: Path) -> None:
    """Where it alone is named, the other is verified, and what is wrong with that is told."""
    spoil(count)
    with pytest.raises(ContentError, match=rf"made of {BASE}, .* datamaestro repair {BASE}"):
        repair(Context(), [MADE])
    assert "wrong" == count.read_text()
    repair(Context(), [BASE])
    repair(Context(), [MADE])
    assert "2" == count.read_text()
