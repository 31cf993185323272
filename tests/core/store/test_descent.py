"""Folders opened one in the other, through no link."""

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from datamaestro.store.descent import FOLDER, Descent, FolderFacts, open_below, pinned
from support.descriptors import open_descriptors


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a folder with a link that leads out of it."""
    folder = tmp_path / "top"
    (folder / "a/b").mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "outside/b").mkdir(parents=True)
    return folder


def descent(top: Path) -> Descent:
    return Descent(os.open(top, FOLDER))


def test_places_are_below(top: Path) -> None:
    """Whichever comes after which."""
    with descent(top) as places:
        for path in ["a/b/c", "a/b/d", "e", "a/f", "a/b/c"]:
            folder, name = places.at(path)
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    assert {"a/b/c", "a/b/d", "e", "a/f"} == {
        str(one.relative_to(top)) for one in top.rglob("*") if one.is_file()
    }


@pytest.mark.parametrize("path", ["link/x", "link/b/x", "a/../link/b/x"])
@pytest.mark.parametrize("making", [True, False])
def test_no_link_is_followed(top: Path, path: str, making: bool) -> None:
    """Nor is anything made behind it; what comes next is not affected."""
    with descent(top) as places:
        with pytest.raises(OSError, match="link"):
            places.at(path, making=making)
        assert "x" == places.at("a/b/x")[1]
    assert ["b"] == [one.name for one in (top.parent / "outside").iterdir()]


def test_what_is_missing_is_made_where_that_is_asked_for(top: Path) -> None:
    """With what a shared folder gives."""
    (top / "a").chmod(0o2775)
    with descent(top) as places:
        with pytest.raises(FileNotFoundError):
            places.at("a/new/er/x")
        places.at("a/new/er/x", making=True)
    mode = (top / "a/new/er").stat().st_mode
    assert stat.S_IRWXG == mode & stat.S_IRWXG


def test_what_is_just_made_by_another_thread_stays(top: Path) -> None:
    """Where it is made by a rename, which would take the place of an empty one."""
    (top / "a").chmod(0o2775)
    found: list[int] = []

    def enter() -> None:
        with descent(top) as places:
            barrier.wait()
            found.append(os.fstat(places.at("a/new/x", making=True)[0]).st_ino)

    barrier = threading.Barrier(8)
    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(top / "a/new").stat().st_ino] * 8 == found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system has no such paths")
def test_a_pinned_path_stays_where_it_was(top: Path) -> None:
    """Whatever takes the place of the folders above it."""
    opened = os.open(top, FOLDER)
    with open_below(opened, "a/b") as folder, pinned(folder, top / "a/b") as path:
        (top / "a").rename(top / "away")
        (top / "a").symlink_to(top.parent / "outside")
        (path / "new").write_bytes(b"")
    os.close(opened)
    assert (top / "away/b/new").exists()
    assert [] == list((top.parent / "outside/b").iterdir())


def test_what_cannot_be_given_its_mode_does_not_stay_open(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system without such things; what is brought back there may be very much."""

    def refuse(descriptor: int, mode: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("os.fchmod", refuse)
    opened = os.open(top, FOLDER)
    before = open_descriptors()
    with pytest.raises(PermissionError), open_below(opened, "new", {"new": FolderFacts(0o755, 0)}):
        pytest.fail("opened although its mode is another one")
    assert before == open_descriptors()
    os.close(opened)
