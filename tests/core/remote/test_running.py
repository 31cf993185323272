"""A command there and whoever asked for it here: bytes, exit codes, terminals and signals."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from datamaestro.errors import HostError
from datamaestro.remote.running import There
from support.waiting import eventually

Output = pytest.CaptureFixture[str]
Bytes = pytest.CaptureFixture[bytes]

PROGRAM = """
import os, signal, subprocess, sys, time
from pathlib import Path
from datamaestro.remote.supervising import supervise
def command(arguments):
    try:
        {}
    except KeyboardInterrupt:
        print("interrupted", *arguments)
        sys.exit(130)
supervise(command)
"""

WAIT = "Path(arguments[0]).touch(); [time.sleep(0.01) for _ in range(6000)]"
"""What a command does that can only be interrupted; the file says that it has begun.

It sleeps often, since a signal that comes just before it falls asleep is heard when it wakes.
"""


@contextmanager
def asked(code: str, *arguments: str, stdout: int = 1) -> Iterator[There]:
    """Let some code run as if on another computer."""
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(code)],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    with running, There(running, "there", stdout) as there:
        there.ask(arguments)
        yield there


def test_who_never_greets_is_not_waited_for() -> None:
    """Its own words are of no use then, and it is ended."""
    running = subprocess.Popen(["cat"], bufsize=0, stdin=-1, stdout=-1, stderr=-1)
    with (
        pytest.raises(HostError, match="there: datamaestro there does not greet"),
        running,
        There(running, "there", timeout=0.01) as there,
    ):
        there.ask(["list"])
    assert running.returncode


def line_on(terminal: int) -> str:
    """Return what is shown next on a terminal, up to the end of the line."""
    shown = b""
    while not shown.endswith(b"\n"):
        shown += os.read(terminal, 1)
    return shown.decode().rstrip()


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Return the two ends of a terminal of 10 lines and 30 columns."""
    near, far = pty.openpty()
    termios.tcsetwinsize(far, (10, 30))
    yield near, far
    os.close(near)
    os.close(far)


def test_all_bytes_arrive(capfdbinary: Bytes) -> None:
    """However many they are, and whatever they are, on both streams at once."""
    code = (
        "for n in range(64): os.write(2, bytes([n]) * 65_536); os.write(1, bytes(range(256)) * 256)"
    )
    with asked(code) as there:
        assert 0 == there.follow()
    out, err = capfdbinary.readouterr()
    assert bytes(range(256)) * 256 * 64 == out
    assert b"".join(bytes([n]) * 65_536 for n in range(64)) == err


@pytest.mark.parametrize(
    ("code", "expected"),
    [("pass", 0), ("sys.exit(7)", 7), ("os._exit(3)", 3), ("sys.exit('oops')", 1), ("1 / 0", 1)],
)
def test_the_exit_code_is_that_of_there(code: str, expected: int) -> None:
    """However the command has ended."""
    with asked(code) as there:
        assert expected == there.follow()


def test_a_command_that_is_killed_there_is_told(capfd: Output) -> None:
    """The exit code is the one that shells have for it; a line says by which signal."""
    with asked("os.kill(os.getpid(), signal.SIGKILL)") as there:
        assert 128 + signal.SIGKILL == there.follow()
    assert "SIGKILL" in capfd.readouterr().err


def test_a_connection_that_is_killed_here_is_an_error() -> None:
    """Nobody knows how the command there has ended."""
    with (
        asked("os.kill(os.getppid(), signal.SIGKILL)") as there,
        pytest.raises(HostError, match="SIGKILL"),
    ):
        there.follow()


def test_nothing_can_be_asked_there(capfd: Output) -> None:
    """The command's stdin is empty, and no terminal."""
    with asked("print(sys.stdin.isatty(), [*sys.stdin], *arguments)", "a", "b c") as there:
        assert 0 == there.follow()
    assert "False [] a b c\n" == capfd.readouterr().out


def test_how_things_are_shown_goes_along(capfd: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not where data are: that is a matter of each computer."""
    monkeypatch.setenv("NO_COLOR", "1")
    with asked("print(os.environ['NO_COLOR'])") as there:
        assert 0 == there.follow()
    assert "1\n" == capfd.readouterr().out


def test_a_stream_that_is_a_terminal_here_is_one_there(terminal: tuple[int, int]) -> None:
    """Of the same size, also when that changes; what is written to it is not changed."""
    near, far = terminal
    code = (
        "changed = []; signal.signal(signal.SIGWINCH, lambda *_: changed.append(1)); "
        "print(os.get_terminal_size(1), sys.stdout.isatty(), flush=True); "
        "exec('while not changed: time.sleep(0.001)'); print(os.get_terminal_size(1))"
    )
    with ThreadPoolExecutor() as pool, asked(code, stdout=far) as there:
        code_there = pool.submit(there.follow)
        assert "os.terminal_size(columns=30, lines=10) True" == line_on(near)
        termios.tcsetwinsize(far, (20, 60))
        there.resized()
        assert 0 == code_there.result()
    assert "os.terminal_size(columns=60, lines=20)" == line_on(near)


def test_what_goes_on_there_holds_nobody_up(terminal: tuple[int, int]) -> None:
    """A program that a command has left behind may keep its terminal."""
    _, far = terminal
    code = "subprocess.Popen(['sleep', '3'], stderr=subprocess.DEVNULL); print('done')"
    with asked(code, stdout=far) as there:
        assert 0 == there.follow()


def test_it_can_be_interrupted(tmp_path: Path, capfd: Output) -> None:
    """It ends in its own way, and what it says is still passed on."""
    with asked(WAIT, str(tmp_path / "begun")) as there:
        eventually((tmp_path / "begun").exists)
        there.order(signal="interrupt")
        assert 130 == there.follow()
    assert f"interrupted {tmp_path}/begun\n" == capfd.readouterr().out


def test_it_is_interrupted_where_nobody_listens_any_more(tmp_path: Path) -> None:
    """As when this computer is switched off: the connection ends, and so does the command."""
    code = f"try: {WAIT}\n        finally: Path(arguments[0]).unlink()"
    with asked(code, str(tmp_path / "begun")) as there:
        eventually((tmp_path / "begun").exists)
        there.hang_up()
        assert 130 == there.follow()
    assert not (tmp_path / "begun").exists()


def test_it_can_be_terminated(tmp_path: Path) -> None:
    """As batch systems do it."""
    with asked(WAIT, str(tmp_path / "begun")) as there:
        eventually((tmp_path / "begun").exists)
        there.order(signal="terminate")
        assert 128 + signal.SIGTERM == there.follow()
