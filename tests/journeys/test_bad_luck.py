"""Bad luck on the way: the right exit code, one line, nothing lost, and the next run succeeds."""

import hashlib
import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from datamaestro.testing.faults import FaultServer, stall
from support.command import command, datamaestro
from support.distributions import install
from support.repositories import define
from support.waiting import SECONDS, eventually

CONTENT = b"some content\n" * 20_000
ID = "org.example.one"


@pytest.fixture(autouse=True)
def few_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up at once."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")


@pytest.fixture
def served(site: Path, server: FaultServer) -> FaultServer:
    """Define a data set that the server has."""
    server.files["a.txt"] = CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    define(
        site,
        f"""
        @filedownloader("a.txt", {server.url("a.txt")!r}, sha256={sha256!r})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )
    return server


def published(store: Path) -> list[Path]:
    return [path for path in (store / "data").rglob("*") if path.is_file()]


def test_404(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """A file that is gone: exit code 5; when it is back, it is fetched."""
    content = served.files.pop("a.txt")
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (5, "", 1) == (done.code, done.out, len(done.lines))
    assert "404" in done.err
    served.files["a.txt"] = content
    assert 0 == datamaestro("prepare", ID, cwd=tmp_path).code


def test_no_server(site: Path, tmp_path: Path, store: Path) -> None:
    """A server that is not there: exit code 5, and the reason in a few words."""
    define(
        site,
        """
        @filedownloader("a.txt", "http://127.0.0.1:9/a.txt")
        @dataset(File)
        def one(a):
            return {"path": a}
        """,
    )
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert 5 == done.code
    (line,) = done.lines
    assert f"{ID}@test: cannot download http://127.0.0.1:9/a.txt: Connection refused (" in line
    assert [] == published(store)


def test_a_wrong_digest(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """Content that changed: exit code 6, both digests named."""
    served.files["a.txt"] = b"changed"
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (6, "", 1) == (done.code, done.out, len(done.lines))
    for content in (CONTENT, b"changed"):
        assert hashlib.sha256(content).hexdigest() in done.err
    assert [] == published(store)


def mounted(
    store: Path, before: str, *arguments: str, cwd: Path
) -> "subprocess.CompletedProcess[str]":
    """Run the command line where the data directory is a file system of its own."""
    script = f'mount -t tmpfs -o size=64k none "$0" && {before} exec "$@"'
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(store)]
    store.mkdir(exist_ok=True)
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("this user may not mount a file system of its own (unshare)")
    return subprocess.run(
        [*unshare, *command(*arguments)], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_a_full_disk(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """Exit code 8, what to do about it, and the next run elsewhere succeeds."""
    done = mounted(store, "", "--quiet", "prepare", ID, cwd=tmp_path)
    assert (8, "") == (done.returncode, done.stdout)
    (line,) = done.stderr.splitlines()
    assert "not enough space" in line
    assert "are missing" in line
    assert "--data" in line
    assert 0 == datamaestro("prepare", ID, cwd=tmp_path).code


def test_a_read_only_data_directory(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """Exit code 8, and nothing is asked of the server."""
    before = 'mount -o remount,ro "$0" &&'
    done = mounted(store, before, "--quiet", "prepare", ID, cwd=tmp_path)
    assert (8, "") == (done.returncode, done.stdout)
    (line,) = done.stderr.splitlines()
    assert "Read-only file system" in line
    assert [] == served.paths()


def test_offline_on_a_read_only_data_directory(
    served: FaultServer, tmp_path: Path, store: Path
) -> None:
    """What is missing is told, not that nothing can be written."""
    before = 'mount -o remount,ro "$0" &&'
    assert 4 == mounted(store, before, "--offline", "prepare", ID, cwd=tmp_path).returncode


def test_records_that_cannot_be_written(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """That is told before anything is fetched."""
    (store / "state").mkdir(parents=True)
    (store / "state/test").write_text("in the way")
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (8, 1, []) == (done.code, len(done.lines), served.paths())


def test_a_folder_in_the_files_place(served: FaultServer, tmp_path: Path, store: Path) -> None:
    """It is not taken for the file, and not removed; the place is named."""
    place = store / "data/test/org/example/one/a.txt"
    datamaestro("prepare", ID, cwd=tmp_path)
    place.unlink()
    place.mkdir()
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert 8 == done.code
    assert str(place) in done.err


def test_a_read_only_data_directory_that_has_all(
    served: FaultServer, tmp_path: Path, store: Path
) -> None:
    """Reading needs no permission to write."""
    first = datamaestro("prepare", ID, cwd=tmp_path)
    before = f'cp -a {tmp_path}/copy/. "$0" && mount -o remount,ro "$0" &&'
    shutil.copytree(store, tmp_path / "copy", ignore=shutil.ignore_patterns("a.txt"))
    place = Path(json.loads(first.out)["path"]).relative_to(store)
    (tmp_path / "copy" / place).write_text("short enough for a small file system")
    done = mounted(store, before, "prepare", ID, cwd=tmp_path)
    assert (0, first.out) == (done.returncode, done.stdout)


def test_a_relative_path_as_data_directory(served: FaultServer, tmp_path: Path) -> None:
    """A relative directory is meant from where the command runs; the JSON has absolute paths."""
    done = datamaestro("--data", "here", "prepare", ID, cwd=tmp_path)
    assert str(tmp_path / "here/data/test/org/example/one/a.txt") == done.document["path"]


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_half_way(
    number: signal.Signals, served: FaultServer, tmp_path: Path, store: Path
) -> None:
    """Ctrl-C ends at once with exit code 130 and one line; nothing half is ever seen.

    What had arrived is not fetched again.
    """
    served.will("a.txt", stall(after=len(CONTENT) // 2))
    process = subprocess.Popen(
        command("--quiet", "prepare", ID),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert served.stalled.wait(SECONDS)
    half, arriving = len(CONTENT) // 2, store / "partial"
    eventually(lambda: [path.stat().st_size for path in arriving.rglob("*-a.txt")] == [half])
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert "" == out
    assert [] == published(store)
    code, word = {signal.SIGINT: (130, "interrupted"), signal.SIGTERM: (143, "terminated")}.get(
        number, (-number, "")
    )
    assert code == process.returncode
    if word:
        assert [f"datamaestro: {word}"] == err.splitlines()
    served.release()
    done = datamaestro("prepare", ID, cwd=tmp_path)
    assert 0 == done.code
    assert CONTENT == Path(done.document["path"]).read_bytes()
    assert f"bytes={len(CONTENT) // 2}-" == served.requests[-1].headers["Range"]


COMMANDS = [
    ["prepare", "edu.uci.optdigits"],
    ["download", "edu.uci.optdigits"],
    ["search"],
    ["info", "edu.uci.optdigits"],
    ["repositories"],
    ["plugins"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_broken_plugin_beside(arguments: list[str], site: Path, tmp_path: Path) -> None:
    """Every command works, with one warning line."""
    install(site, "broken", {"broken.py": "1 / 0"}, {"datamaestro": {"broken": "broken"}})
    datamaestro("download", "edu.uci.optdigits", cwd=tmp_path)
    done = datamaestro(*arguments, cwd=tmp_path)
    assert 0 == done.code
    assert ["plugin broken of broken 1.0 does not work: ZeroDivisionError: division by zero"] == (
        done.lines
    )
    assert done.out


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["prepare", "--help"]])
def test_a_broken_plugin_is_not_even_looked_at(
    arguments: list[str], site: Path, tmp_path: Path
) -> None:
    """Help and version need no plugin."""
    install(site, "broken", {"broken.py": "1 / 0"}, {"datamaestro": {"broken": "broken"}})
    done = datamaestro(*arguments, cwd=tmp_path)
    assert (0, []) == (done.code, done.lines)
