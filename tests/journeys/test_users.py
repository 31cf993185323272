"""One data directory, and the users who share it: nobody's files are in anybody else's way.

``DATAMAESTRO_TEST_KILLS`` is how often a user is killed, each time at another moment.
"""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro.testing.faults import FaultServer, stall
from support.archives import PACKED
from support.command import Outcome, command
from support.repositories import define
from support.transfers import content, digest, recorded
from support.users import FIRST, SECOND, STRANGER, TEAM, User, open_folder, others_work
from support.waiting import eventually
from support.worlds import die_at_change

ID = "org.example.one"
LARGE = content(3_000_000)


@pytest.fixture
def room() -> Iterator[Path]:
    """Return a folder into which every user may look."""
    if not others_work():
        pytest.skip(
            "only root may act as other users, and they have to be able to read the project"
        )
    with open_folder() as folder:
        yield folder


@pytest.fixture
def site(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of packages that every user has."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(room / "site"))
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    return room / "site"


@pytest.fixture
def ours(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data directory for a group, set up with chgrp and chmod alone."""
    folder = room / "ours"
    folder.mkdir()
    os.chown(folder, -1, TEAM)
    folder.chmod(0o2775)
    monkeypatch.setenv("DATAMAESTRO_DIR", str(folder))
    return folder


SOURCE = """
def make(output, tree):
    (output / "inner").mkdir()
    (output / "inner/file").write_text({version!r})

@dataset(File)
class one(Dataset):
    LARGE = FileDownloader("large.bin", {large!r}, sha256={sha256!r})
    TREE = archivedownloader("tree", {tree!r})
    MADE = DerivedFolder("made", make, TREE, version={version!r})

    def config(self):
        return File(path=self.LARGE.path)
"""


def served(site: Path, server: FaultServer, version: str = "1") -> None:
    """Define a data set of a file, an archive and what is made of that."""
    server.files["large.bin"], server.files["a.tar.gz"] = LARGE, PACKED["a.tar.gz"]
    source = SOURCE.format(
        large=server.url("large.bin"),
        sha256=digest(LARGE),
        tree=server.url("a.tar.gz"),
        version=version,
    )
    define(site, source)


def prepare(user: User, room: Path) -> Outcome:
    return user.runs("--quiet", "prepare", ID, cwd=room)


def closed_to_the_team(folder: Path) -> list[str]:
    """Return what below a folder the group may not use as its owner may."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if not path.is_symlink() and not is_open(path.stat())
    ]


def is_open(status: os.stat_result) -> bool:
    mode, group = status.st_mode, status.st_mode & stat.S_IRWXG
    handed_on = not stat.S_ISDIR(mode) or mode & stat.S_ISGID
    return bool(status.st_gid == TEAM and group == (mode & stat.S_IRWXU) >> 3 and handed_on)


@pytest.mark.parametrize("users", [(FIRST, SECOND), (SECOND, FIRST)], ids=["077-022", "022-077"])
def test_one_user_goes_on_where_another_was_killed(
    users: tuple[User, User], site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """What had arrived is not fetched again, whoever's it is, and all that is made is the group's.

    Then the first one replaces what the second one has made.
    """
    first, second = users
    served(site, server)
    server.will("large.bin", stall(after=len(LARGE) // 2))
    with first.start(*command("--quiet", "prepare", ID), cwd=room) as process:
        eventually(lambda: "MADE" in recorded(ours))
        eventually(lambda: list(ours.glob("partial/*/*/run-*/of-*/*.json")))
        process.send_signal(signal.SIGKILL)
    server.release()
    done = prepare(second, room)
    assert (0, "") == (done.code, done.err)
    assert "Range" in server.requests[-1].headers
    assert LARGE == Path(done.document["path"]).read_bytes()
    assert [] == closed_to_the_team(ours)
    again = prepare(first, room)
    assert (0, done.out) == (again.code, again.out)
    define_again(site, server)
    assert 0 == prepare(first, room).code
    assert "2" == (ours / "data/test/org/example/one/made/inner/file").read_text()
    assert [] == closed_to_the_team(ours)
    assert [] == list(ours.glob("partial/*/*/run-*"))


KILLS = int(os.environ.get("DATAMAESTRO_TEST_KILLS", "3"))
CHANGES = 44
"""How often preparing the data set changes the disk, about."""


@pytest.mark.parametrize("moment", [CHANGES * (each + 1) // (KILLS + 1) for each in range(KILLS)])
def test_whenever_one_user_is_killed_another_one_completes(
    moment: int, site: Path, room: Path, ours: Path
) -> None:
    """Before whichever change to the disk that is."""
    die_at_change(site)
    first, second = (FIRST, SECOND) if moment % 2 else (SECOND, FIRST)
    killed = first.runs("prepare", "edu.uci.optdigits", cwd=room, DIE_AT=str(moment))
    assert -signal.SIGKILL == killed.code
    assert 0 == second.runs("prepare", "edu.uci.optdigits", cwd=room).code
    assert [] == [name for name in closed_to_the_team(ours) if "/." not in name]


def test_each_user_keeps_house(site: Path, server: FaultServer, room: Path, ours: Path) -> None:
    """One verifies, mends, removes and brings back what another one has made, and the other way."""
    served(site, server)
    done = prepare(FIRST, room)
    for user in (FIRST, SECOND):
        folder = str(room / f"home-of-{user.uid}")
        assert 0 == user.runs("datafolders", "set", "org.example.disks", folder, cwd=room).code
    damaged = ours / "data/test/org/example/one/made/inner/file"
    damaged.write_text("another")
    assert 6 == SECOND.runs("--quiet", "verify", ID, cwd=room).code
    assert (0, "") == mended(SECOND.runs("--quiet", "repair", ID, cwd=room))
    assert "1" == damaged.read_text()
    assert (0, "") == mended(FIRST.runs("--quiet", "verify", ID, cwd=room))
    assert (0, "") == mended(SECOND.runs("--quiet", "remove", "--yes", ID, cwd=room))
    assert [] == closed_to_the_team(ours)
    (item,) = FIRST.runs("trash", "list", "--json", cwd=room).document
    assert (0, "") == mended(FIRST.runs("--quiet", "trash", "restore", item["token"], cwd=room))
    assert done == prepare(SECOND, room)
    assert [] == closed_to_the_team(ours)
    assert (0, "") == mended(FIRST.runs("--quiet", "remove", "--yes", ID, cwd=room))
    assert (0, "") == mended(SECOND.runs("--quiet", "trash", "empty", "--yes", cwd=room))
    assert [] == list(ours.glob("trash/*"))


def mended(outcome: Outcome) -> tuple[int, str]:
    return outcome.code, outcome.err


def test_what_is_copied_there_is_the_groups(
    site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """Whoever pushes it, and whatever the umask of that user and the modes of the original."""
    served(site, server)
    own = str(room / f"home-of-{FIRST.uid}" / "own")
    assert 0 == FIRST.runs("--quiet", "prepare", ID, cwd=room, DATAMAESTRO_DIR=own).code
    done = FIRST.runs("--quiet", "push", ID, str(ours), cwd=room, DATAMAESTRO_DIR=own)
    assert (0, "") == (done.code, done.err)
    assert [] == closed_to_the_team(ours)
    assert 0 == SECOND.runs("--quiet", "--offline", "prepare", ID, cwd=room).code


def test_a_shared_directory_that_is_closed_costs_one_line(
    site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """What somebody may not read is made in that user's own directory, where others read it."""
    served(site, server)
    assert 0 == prepare(FIRST, room).code  # with a umask that leaves nothing to strangers

    def own(user: User) -> dict[str, str]:
        return {
            "DATAMAESTRO_DIR": str(room / f"home-of-{user.uid}" / "own"),
            "DATAMAESTRO_SHARED": str(ours),
            "DATAMAESTRO_LOG_LEVEL": "WARNING",
            "DATAMAESTRO_PROGRESS": "no",
        }

    done = STRANGER.runs("prepare", ID, cwd=room, **own(STRANGER))
    assert done.document["path"].startswith(own(STRANGER)["DATAMAESTRO_DIR"])
    (line,) = done.lines
    assert f"the shared data directory {ours} is left out: cannot use {ours}/" in line
    seen = SECOND.runs("prepare", ID, cwd=room, **own(SECOND))
    assert str(ours / "data/test/org/example/one/large.bin") == seen.document["path"]
    assert [] == seen.lines


def define_again(site: Path, server: FaultServer) -> None:
    """Let what is derived be made anew."""
    for path in sorted(site.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    served(site, server, version="2")


def test_who_may_only_read_uses_what_is_complete(
    site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """Nothing is written; of what is missing, the exit code is 8, and whom to ask is told."""
    served(site, server)
    done = prepare(SECOND, room)
    before = looks(ours)
    assert done == prepare(STRANGER, room)
    (ours / "data/test/org/example/one/large.bin").unlink()
    before.pop("data/test/org/example/one/large.bin")
    missing = prepare(STRANGER, room)
    assert (8, "") == (missing.code, missing.out)
    (line,) = missing.lines
    assert f"cannot use {ours}/" in line
    assert f"ask user {SECOND.uid} to change the permissions of {ours}/" in line
    assert f"with --data; DATAMAESTRO_SHARED={ours} uses what is here beside that one)" in line
    assert before.keys() == looks(ours).keys()


def test_what_is_there_on_no_record_is_used_by_who_may_only_read(
    site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """It is checked, and nothing is recorded."""
    served(site, server)
    done = prepare(SECOND, room)
    for path in ours.glob("state/test/*"):
        path.unlink()
    before = looks(ours)
    again = prepare(STRANGER, room)
    assert (0, done.out, before) == (again.code, again.out, looks(ours))


def looks(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what is below a folder, and what changes when that does."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        facts = status.st_ino, status.st_mtime_ns, status.st_ctime_ns
        found[str(path.relative_to(folder))] = facts
    return found


def test_the_sticky_bit_is_told(site: Path, server: FaultServer, room: Path, ours: Path) -> None:
    """Where only the owner may replace a file, another user is told so."""
    served(site, server)
    assert 0 == prepare(SECOND, room).code
    (ours / "state/test").chmod(0o3777)
    define_again(site, server)
    done = prepare(FIRST, room)
    assert 8 == done.code
    state = ours / "state/test"
    assert f"the sticky bit of {state} keeps it so: chmod -t {state}" in done.lines[-1]


@pytest.mark.parametrize(("folders", "files", "resumed"), [(0o700, 0o600, 0), (0o755, 0o644, 1)])
def test_files_of_a_closed_run_are_in_nobodys_way(
    folders: int, files: int, resumed: int, site: Path, server: FaultServer, room: Path, ours: Path
) -> None:
    """What one user has left closed, such as of an earlier version, is not missed.

    As far as another one may read it, it is copied.
    """
    served(site, server)
    server.will("large.bin", stall(after=len(LARGE) // 2))
    with FIRST.start(*command("--quiet", "prepare", ID), cwd=room) as process:
        eventually(lambda: list(ours.glob("partial/*/*/run-*/of-LARGE/*.json")))
        process.send_signal(signal.SIGKILL)
    server.release()
    (run,) = ours.glob("partial/*/*/run-*")
    for path in [*run.rglob("*"), run.with_name("lock"), run]:
        path.chmod(folders if path.is_dir() else files)
    run.chmod(0o755)
    (run / "owner.json").chmod(0o644)
    assert 0 == prepare(SECOND, room).code
    assert resumed == ("Range" in server.requests[-1].headers)
