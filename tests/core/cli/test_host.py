"""A command runs on another computer: result, messages and exit code are here."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from datamaestro.cli.group import cli
from datamaestro.cli.outcome import outcome
from datamaestro.testing.faults import FaultServer, stall, throttle
from datamaestro.version import __version__
from support.command import Outcome, command
from support.holding import hold
from support.near import NEAR, install_near
from support.processes import Crowd
from support.repositories import define
from support.terminals import lines_on_terminal, on_terminal
from support.waiting import eventually

CONTENT = b"some content\n" * 20_000
ID = "org.example.one"

BARE = os.path.realpath(sys.executable)
"""A Python without the packages of this one, as far as it is that of a virtual environment."""

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(site: Path, tmp_path: Path) -> Path:
    """Return the home directory on another computer."""
    install_near(site, tmp_path / "far", str(site))
    return tmp_path / "far"


def ran(*words: str, host: str = NEAR) -> int:
    """Run a command on another computer; return its exit code."""
    return outcome(cli, ["--host", host, *words])


def script(tmp_path: Path, text: str) -> str:
    """Return a computer whose logins begin with a script."""
    (tmp_path / "login").write_text(f'{text}\nexec "$@"\n')
    return f"{NEAR}{tmp_path}/login"


def test_the_result_is_here(capfd: Output) -> None:
    """Whatever is printed there is printed here, and nothing else is."""
    assert 0 == ran("version")
    assert (f"{__version__}\n", "") == capfd.readouterr()


def test_stdin_does_not_go_along(capfd: Output) -> None:
    """Which is said before anything is asked there, with what helps."""
    assert 2 == ran("import", "-", host="gpu")
    assert "datamaestro push ID gpu:, or: ssh gpu datamaestro import -" in capfd.readouterr().err


@pytest.mark.parametrize("host", ["gpu:/dir", "gpu:dir", "ssh://gpu/dir"])
def test_a_directory_is_none_of_a_host(host: str, capfd: Output) -> None:
    """It would not be used."""
    assert 2 == ran("list", host=host)
    assert host in capfd.readouterr().err


def test_data_are_there(home: Path, store: Path, capfd: Output) -> None:
    """They are prepared in the data directory of that computer; none is made here."""
    assert 0 == ran("prepare", "edu.uci.optdigits")
    document = json.loads(capfd.readouterr().out)
    assert home / "datamaestro" in Path(document["images"]["path"]).parents
    assert not store.exists()


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_errors_are_those_of_there(as_json: list[str], capfd: Output) -> None:
    """The same words, and the same exit code."""
    assert 3 == outcome(cli, ["prepare", "no.such", *as_json])
    here = capfd.readouterr()
    assert 3 == ran("prepare", "no.such", *as_json)
    out, err = capfd.readouterr()
    assert here == (out, err.replace(f"datamaestro --host {NEAR} ", "datamaestro "))


def test_what_is_advised_there_is_done_there(home: Path, capfd: Output) -> None:
    """A command that is given again acts where the first one did."""
    hold(home / "other", f"{ID}@test", a=b"content")
    before = ["--pythonpath", sys.executable, "--data", str(home / "other")]
    assert 7 == outcome(cli, ["--host", NEAR, *before, "remove", ID])
    line = f"datamaestro --host {NEAR} {shlex.join(before)} remove {ID} --yes"
    assert line in capfd.readouterr().err


def test_what_stands_before_the_command_goes_along(tmp_path: Path, capfd: Output) -> None:
    """Such as the data directory, which is one there, on either side of the host."""
    words = ["--offline", "prepare", "edu.uci.optdigits", "--no-downloads"]
    assert 0 == ran("--data", str(tmp_path / "other"), *words)
    assert 0 == outcome(cli, ["--data", f"{tmp_path}/other", "--host", NEAR, *words])
    before, after = capfd.readouterr().out.split("}\n{")
    assert f"{tmp_path}/other/data" in before
    assert f"{tmp_path}/other/data" in after


@pytest.mark.parametrize(
    "word", ["it's", 'two\n"lines"', "$HOME `id` \\ ; & | > < * ? ! #", "", "\udcff\udc80", "—ü"]
)
def test_arguments_arrive_as_they_are(word: str, capfd: Output) -> None:
    """No shell takes them apart; not even bytes that are no text are lost."""
    here = outcome(cli, ["info", f"a{word}", "--json"]), capfd.readouterr()
    there = ran("info", f"a{word}", "--json"), capfd.readouterr()
    assert here == there


def test_what_a_login_script_prints_is_not_in_the_result(tmp_path: Path, capfd: Output) -> None:
    """On stdout it is thrown away, on stderr it is passed on."""
    assert 0 == ran("version", host=script(tmp_path, "echo Welcome!; printf oops; echo hm >&2"))
    assert (f"{__version__}\n", "hm\n") == capfd.readouterr()


def test_a_computer_without_datamaestro_is_an_error(tmp_path: Path, capfd: Output) -> None:
    """One line says so, and what can be done; a data directory is not taken for it."""
    (tmp_path / "without/datamaestro").mkdir(parents=True)
    host = script(tmp_path, f"cd {tmp_path}/without; export PYTHONPATH=")
    assert 7 == outcome(cli, ["--host", host, "--pythonpath", BARE, "version"])
    out, err = capfd.readouterr()
    assert ("", 1) == (out, len(err.splitlines()))
    assert err.startswith(f"datamaestro: {host}: datamaestro is missing there (")
    assert "--pythonpath" in err


def test_an_earlier_version_that_cannot_be_asked_is_an_error(tmp_path: Path, capfd: Output) -> None:
    """It is told from none at all."""
    (tmp_path / "earlier/datamaestro").mkdir(parents=True)
    (tmp_path / "earlier/datamaestro/__init__.py").touch()
    host = script(tmp_path, f"export PYTHONPATH={tmp_path}/earlier")
    assert 7 == outcome(cli, ["--host", host, "--pythonpath", BARE, "version"])
    assert f"datamaestro there is older than {__version__} here" in capfd.readouterr().err


def test_a_command_that_is_only_there_is_run(capfd: Output) -> None:
    """Which commands there are is not looked at here; the error is that of there."""
    assert 2 == ran("frobnicate", "--all")
    assert "No such command 'frobnicate'" in capfd.readouterr().err


@pytest.mark.parametrize("host", ["", "some/where", "nowhere://x"])
def test_what_names_no_computer_is_an_error(host: str, capfd: Output) -> None:
    """An empty name, as that of a variable that is not set, does not mean this computer."""
    assert 0 != ran("version", host=host)
    assert "" == capfd.readouterr().out


def test_nobody_is_asked_there(home: Path, capfd: Output) -> None:
    """The error says how to do it without; with that it is done."""
    assert 0 == ran("--quiet", "prepare", "edu.uci.optdigits")
    capfd.readouterr()
    assert 7 == ran("remove", "edu.uci.optdigits")
    assert "remove edu.uci.optdigits --yes" in capfd.readouterr().err
    assert 0 == ran("remove", "edu.uci.optdigits", "--yes")
    assert not (home / "datamaestro/data/demo/edu/uci/optdigits").exists()


def test_a_python_of_another_computer_needs_that(capfd: Output) -> None:
    """Whoever forgets the host is told so."""
    assert 2 == outcome(cli, ["--pythonpath", "python3", "version"])
    assert "--host" in capfd.readouterr().err


@pytest.mark.parametrize("columns", [40, 100])
def test_tables_have_the_width_of_this_terminal(columns: int, tmp_path: Path) -> None:
    """The same lines as those of a command that runs here."""
    here = lines_on_terminal("search", columns=columns, cwd=tmp_path)
    there = lines_on_terminal("--host", NEAR, "search", columns=columns, cwd=tmp_path)
    assert here == there


@pytest.fixture
def served(site: Path, server: FaultServer) -> FaultServer:
    """Return a server that has a data set."""
    server.files["a.txt"] = CONTENT
    definition = f"""
        @filedownloader("a.txt", {server.url("a.txt")!r}, sha256={sha256(CONTENT).hexdigest()!r})
        @dataset(File)
        def one(a):
            return File(path=a)
    """
    define(site, definition)
    return server


def has_half(home: Path) -> bool:
    """Return whether half of the data set has arrived on the other computer."""
    arrived = (home / "datamaestro/partial").rglob("*-a.txt")
    return [len(CONTENT) // 2] == [path.stat().st_size for path in arrived]


def test_progress_is_shown_where_stderr_is_a_terminal(served: FaultServer, tmp_path: Path) -> None:
    """As bars, like that of a command that runs here; the result stays apart."""
    served.will("a.txt", throttle(len(CONTENT) / 0.6))
    words = ("--host", NEAR, "prepare", ID)
    done = on_terminal("", *words, cwd=tmp_path, DATAMAESTRO_PROGRESS="1")
    assert (0, f"{ID}@test") == (done.code, json.loads(done.out)["id"])
    assert re.search(r"one: +[0-9]+%.*kB/s", done.shown)


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_interrupted_here_it_ends_there(
    number: int, code: int, word: str, served: FaultServer, tmp_path: Path, home: Path
) -> None:
    """In good order: it says so, and the next run goes on where it ended."""
    served.will("a.txt", stall(after=len(CONTENT) // 2))
    with Crowd(tmp_path) as crowd:
        running = crowd.start("--host", NEAR, "--quiet", "prepare", ID)
        eventually(lambda: has_half(home))
        running.process.send_signal(number)
        assert Outcome(code, "", f"datamaestro: {word}\n") == running.end()
    sent = served.sent["a.txt"]
    assert 0 == ran("--quiet", "prepare", ID)
    assert len(CONTENT) == served.sent["a.txt"] == sent + len(CONTENT) // 2


@pytest.mark.usefixtures("heard")
def test_killed_here_it_ends_there(served: FaultServer, tmp_path: Path, home: Path) -> None:
    """Nobody goes on fetching what nobody waits for; what has arrived is kept."""
    served.will("a.txt", stall(after=len(CONTENT) // 2))
    with Crowd(tmp_path) as crowd:
        host = script(tmp_path, "echo $$ >pid")
        running = crowd.start("--host", host, "--quiet", "prepare", ID)
        eventually(lambda: has_half(home))
        running.kill()
    eventually(lambda: not Path("/proc", (home / "pid").read_text().strip()).exists())
    assert has_half(home)


def test_where_nobody_reads_the_result_it_ends_there(tmp_path: Path, home: Path) -> None:
    """The exit code is that of a command here."""
    host = script(tmp_path, "echo $$ >pid")
    words = command("--host", host, "search")
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert 141 == process.wait(60)
    eventually(lambda: not Path("/proc", (home / "pid").read_text().strip()).exists())


def test_where_the_result_finds_no_room_only_that_is_said(tmp_path: Path) -> None:
    """That the command there was ended then, is none of the user's business."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        words = command("--host", NEAR, "search")
        done = subprocess.run(
            words, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (8, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert "cannot use stdout: No space left" in done.stderr
