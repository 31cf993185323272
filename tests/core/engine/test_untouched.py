"""Nothing is made of what is not as it is on record."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import ContentError
from datamaestro.house.ways import repair
from datamaestro.testing.faults import FaultServer
from support.repositories import define

SOURCE = """
    from datamaestro.download import reference

    def joined(output, *inputs):
        files = [each for one in inputs for each in ([one] if one.is_file() else one.iterdir())]
        output.write_bytes(b"".join(sorted(each.read_bytes() for each in files)))

    def split(output, whole):
        for number, byte in enumerate(whole.read_bytes()):
            (output / f"{{number}}.txt").write_bytes(bytes([byte]))
        (output / "link").symlink_to("0.txt")

    def shout(output, other):
        output.write_bytes(other.path.read_bytes().upper())

    @dataset(id="org.example.base")
    class Base(Dataset):
        A = FileDownloader("a.txt", {url!r})
        B = DerivedFolder("b", split, A)
        C = DerivedFile("c.txt", joined, B)

        def config(self) -> File:
            return File(path=self.C.path)

    @dataset(id="org.example.between")
    class Between(Dataset):
        BASE = reference(Base)

        def config(self) -> File:
            return self.BASE.config()

    @dataset(id="org.example.top")
    class Top(Dataset):
        BETWEEN = reference(Between)
        LOUD = DerivedFile("loud.txt", shout, BETWEEN)

        def config(self) -> File:
            return File(path=self.LOUD.path)
"""

BASE, TOP = "org.example.base", "org.example.top"


@pytest.fixture
def base(site: Path, server: FaultServer) -> Path:
    """Return the folder of a data set, of which another one is made by way of a third."""
    server.files["a.txt"] = b"abc"
    define(site, SOURCE.format(url=server.url("a.txt")))
    path: Path = Context().prepare(TOP).path
    assert b"AABC" == path.read_bytes()
    return path.parent.parent / "base"


@pytest.mark.parametrize("damage", ["longer", "other", "missing", "folder", "link"])
def test_nothing_is_made_of_what_is_not_as_it_was(base: Path, damage: str) -> None:
    """Repairing it makes it right, and what is made of it then, too."""
    (base / "c.txt").unlink()
    place = base / "b/1.txt"
    if damage == "other":
        place.write_bytes(b"x")
        os.utime(place, (1, 1))
    elif damage == "link":
        place = base / "b/link"
        place.unlink()
        place.symlink_to("1.txt")
    else:
        place.unlink()
        if damage == "folder":
            place.mkdir()
        elif damage == "longer":
            place.write_bytes(b"bb")
    with pytest.raises(ContentError, match=rf"made of B, .*: b/.*: datamaestro repair {BASE}@test"):
        Context().prepare(BASE)
    assert not (base / "c.txt").exists()
    repair(Context())
    assert b"aabc" == Context().prepare(BASE).path.read_bytes()


def test_nor_of_other_data_sets_by_whatever_way(base: Path) -> None:
    """Any file of it may be read, so each is looked at."""
    own = base.parent / "top/loud.txt"
    own.unlink()
    (base / "c.txt").write_bytes(b"aab")
    with pytest.raises(ContentError, match=rf"{TOP}@test is made of C of {BASE}@test, .* 3 bytes"):
        Context().prepare(TOP)
    assert not own.exists()
    repair(Context())
    assert b"AABC" == Context().prepare(TOP).path.read_bytes()


def test_what_is_in_a_shared_directory_is_mended_there(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is to be done says so."""
    shared = tmp_path / "shared"
    Context().store.root.rename(shared)
    monkeypatch.setenv("DATAMAESTRO_SHARED", str(shared))
    (shared / "state/test/org.example.top.json").unlink()
    place = shared / base.relative_to(Context().store.root) / "c.txt"
    place.write_bytes(b"aab")
    with pytest.raises(ContentError, match=rf"datamaestro --data {shared} repair {BASE}@test"):
        Context().prepare(TOP)


def test_what_was_only_touched_is_read(base: Path) -> None:
    """Such as after a copy that keeps no times."""
    (base / "c.txt").unlink()
    for place in (base / "b").iterdir():
        os.utime(place, (1, 1), follow_symlinks=False)
    assert b"aabc" == Context().prepare(BASE).path.read_bytes()


def test_what_is_not_needed_may_be_missing(base: Path) -> None:
    """Only what something is made of is looked at."""
    (base / "c.txt").unlink()
    (base / "a.txt").write_bytes(b"damaged")
    assert b"aabc" == Context().prepare(BASE).path.read_bytes()


def test_what_is_made_anew_first_need_not_be_as_it_was(base: Path) -> None:
    """It will be when something is made of it."""
    (base / "c.txt").unlink()
    shutil.rmtree(base / "b")
    assert b"aabc" == Context().prepare(BASE).path.read_bytes()


def test_damaged_records_say_nothing(base: Path) -> None:
    """They are mended first."""
    (base / "c.txt").unlink()
    sidecar = Context().store.sidecar_of("test", BASE)
    sidecar.write_text("")
    with pytest.raises(ContentError, match=r"made of B, .*: its records disagree on its content"):
        Context().prepare(BASE)
    repair(Context())
    assert b"aabc" == Context().prepare(BASE).path.read_bytes()
