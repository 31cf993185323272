"""Commands and programs use another computer by a real ssh."""

from __future__ import annotations

import hashlib
import shlex
import signal
from pathlib import Path

import pytest

from datamaestro import Context
from datamaestro.errors import ActionNeeded, HostError
from datamaestro.testing.faults import FaultServer, stall
from support.command import Outcome, datamaestro
from support.processes import Crowd
from support.repositories import define
from support.sshd import Sshd
from support.waiting import eventually

CONTENT = b"some content\n" * 20_000
HALF = len(CONTENT) // 2
ID = "org.example.one"
DIGITS = "edu.uci.optdigits"


@pytest.fixture(autouse=True)
def by_ssh(there: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ssh know the other computer."""
    monkeypatch.setenv("DATAMAESTRO_SSH", shlex.join(there.ssh))


@pytest.fixture
def served(site: Path, server: FaultServer, there: Sshd) -> FaultServer:
    """Return a server that sends the half of a data set, once, to the other computer."""
    server.files["a.txt"] = CONTENT
    server.will("a.txt", stall(after=HALF))
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url("a.txt")!r}, sha256={sha256!r})
        @dataset(File)
        def one(a):
            return File(path=a)
        """,
    )
    (there.home / ".bashrc").write_text(f"export PYTHONPATH={shlex.quote(str(site))}\n")
    return server


def has_half(there: Sshd) -> bool:
    """Return whether half of the data set has arrived on the other computer."""
    arrived = (there.home / "datamaestro/partial").rglob("*-a.txt")
    return [HALF] == [path.stat().st_size for path in arrived]


def test_a_command_runs_there(there: Sshd, tmp_path: Path, store: Path) -> None:
    """The result is one JSON document, with paths of that computer, whatever logins print."""
    (there.home / ".bashrc").write_text("echo Welcome!\nprintf 'no end'\n")
    done = datamaestro("--host", "there", "--quiet", "prepare", DIGITS, cwd=tmp_path)
    assert (0, "") == (done.code, done.err)
    assert there.home in Path(done.document["images"]["path"]).parents
    assert not store.exists()
    done = datamaestro("--host", "ssh://there", "prepare", "it's\n$HOME \\", cwd=tmp_path)
    assert (2, "", 1) == (done.code, done.out, len(done.lines))


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("how", ["interrupted", "cut"])
def test_what_is_cut_short_goes_on_later(
    how: str, served: FaultServer, there: Sshd, tmp_path: Path
) -> None:
    """By Ctrl-C, or by a connection that ends: it ends there, too, and keeps what has arrived."""
    with Crowd(tmp_path) as crowd:
        running = crowd.start("--host", "there", "--quiet", "prepare", ID)
        eventually(lambda: has_half(there))
        if how == "cut":
            there.cut()
            assert (5, "") == ((ended := running.end()).code, ended.out)
            assert ended.err.startswith("datamaestro: there: the connection was cut")
        else:
            running.process.send_signal(signal.SIGINT)
            assert Outcome(130, "", "datamaestro: interrupted\n") == running.end()
    sent = served.sent["a.txt"]
    assert 0 == datamaestro("--host", "there", "prepare", ID, cwd=tmp_path).code
    assert sent + len(CONTENT) - HALF == served.sent["a.txt"]


def test_who_is_not_let_in_is_told(there: Sshd, tmp_path: Path) -> None:
    """A person must act: the exit code says so, and the line what to do."""
    there.known_hosts.write_text("")
    done = datamaestro("--host", "there", "version", cwd=tmp_path)
    assert (7, "", 1) == (done.code, done.out, len(done.lines))
    with pytest.raises(ActionNeeded):
        Context.remote("there")


def test_python_uses_what_is_there(there: Sshd) -> None:
    """Over one connection; one that is lost is an error, and the next question makes it anew."""
    with Context.remote("there") as remote:
        assert DIGITS in [one.id for one in remote.search("digits")]
        images = remote.prepare(f"{DIGITS}.images")
        assert there.home in images.path.parents
        there.cut()
        with pytest.raises(HostError):
            remote.is_prepared(images)
        assert remote.is_prepared(images)
