"""Functions in processes of their own."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from datamaestro.engine.processes import call_in_process
from datamaestro.engine.run import Cancelled
from datamaestro.errors import (
    ContentError,
    DatamaestroError,
    DefinitionError,
    StorageError,
    TransferError,
)
from support.distributions import install
from support.waiting import eventually

WORK = """
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from datamaestro.errors import ContentError, StorageError, TransferError

def where(output, *inputs):
    text = " ".join(path.read_text() for path in inputs)
    output.write_text(f"{os.getpid()} {type(output).__name__} {text}")

def kind(*arguments):
    assert all(isinstance(each, Path) for each in arguments)

def prints(output):
    print("printed")
    print("told", file=sys.stderr)
    os.write(1, b"written\\n")
    subprocess.run(["echo", "echoed"], check=True)

def value(output):
    raise ValueError("no such\\nvalue")

def leaves(output):
    sys.exit("left")

def content(output):
    raise ContentError("not a text", hint="look at it")

def transfer(output):
    raise TransferError("https://example.org/x", "gone")

def full(output):
    with open("/dev/full", "w") as file:
        file.write("x")

def missing(output):
    open("/no/such/file")

def odd(output):
    raise ValueError("\\udcff")

def killed(output):
    os.kill(os.getpid(), signal.SIGKILL)

def terminated(output):
    os.kill(os.getpid(), signal.SIGTERM)

def ends(output):
    os._exit(3)

def half(output):
    output.write_text("half")
    os._exit(0)

def reads(output):
    subprocess.run(["cat"], check=True)
    output.write_text(repr(sys.stdin.read()))

def waits(output):
    child = subprocess.Popen(["sleep", "600"])
    output.write_text(f"{os.getpid()} {child.pid}")
    output.replace(output.with_suffix(".told"))
    child.wait()

def stubborn(output):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    waits(output)

def forks(output):
    if not os.fork():
        time.sleep(600)
    output.write_text("done")

def forks_and_dies(output):
    forks(output)
    killed(output)

def threads(output):
    threading.Thread(target=time.sleep, args=(600,)).start()
    output.write_text("done")

class Holder:
    @staticmethod
    def inside(output):
        output.write_text("done")
"""


@pytest.fixture(autouse=True)
def work(site: Path) -> None:
    """Install a module of functions."""
    install(site, "work", {"work.py": WORK, "broken.py": "import no_such_module"}, {})


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


def nothing() -> None:
    """Let it go on."""


def call(name: str, *paths: Path) -> None:
    call_in_process(f"work:{name}", paths, nothing)


def is_there(process: int) -> bool:
    """Return whether a process has not ended yet, or is nobody's any more."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_function_runs_elsewhere(tmp_path: Path, output: Path) -> None:
    """In another process, with paths."""
    for name in "ab":
        (tmp_path / name).write_text(name)
    call("where", output, tmp_path / "a", tmp_path / "b")
    process, rest = output.read_text().split(maxsplit=1)
    assert "PosixPath a b" == rest
    assert os.getpid() != int(process)
    assert not is_there(int(process))


def test_it_may_stand_in_a_class(output: Path) -> None:
    """It is found by its qualified name."""
    call("Holder.inside", output)
    assert "done" == output.read_text()


def test_names_that_are_no_text_are_passed_on(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and ends of lines."""
    odd = tmp_path / os.fsdecode(b"\xff\n\xc3")
    odd.write_text("it")
    call("where", tmp_path / "out", odd)
    assert "it" == (tmp_path / "out").read_text().split()[2]


def test_what_it_prints_goes_to_stderr(output: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The result of the command is all that is on stdout."""
    call("prints", output)
    out, err = capfd.readouterr()
    assert "" == out
    assert {"printed", "told", "written", "echoed"} == set(err.split())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("value", "work:value fails: ValueError: no such value"),
        ("leaves", "work:leaves fails: SystemExit: left"),
        ("odd", "work:odd fails: ValueError: \udcff"),
        ("kind.no", "work:kind.no is not to be found: .* has no attribute 'no'"),
        ("none", "work:none is not to be found: .* has no attribute 'none'"),
        ("where.<locals>.inner", "work:where.<locals>.inner is not to be found"),
        ("<lambda>", "work:<lambda> is not to be found"),
        ("killed", r"work:killed fails: its process was killed by SIGKILL \(out of memory\?\)"),
        ("terminated", "work:terminated fails: its process was killed by SIGTERM"),
        ("ends", "work:ends fails: its process ended with 3"),
    ],
)
def test_a_function_that_fails_is_a_broken_definition(
    name: str, message: str, output: Path
) -> None:
    """One line says what happened."""
    with pytest.raises(DefinitionError, match=message) as caught:
        call(name, output)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["broken:work", "__main__:work", "no.such.module:work"])
def test_what_cannot_be_imported_is_said_so(name: str) -> None:
    """With what to do about it."""
    with pytest.raises(DefinitionError, match=f"{name} is not to be found") as caught:
        call_in_process(name, [], nothing)
    assert "it has to stand in a module" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "kind", "message", "hint"),
    [
        ("content", ContentError, "not a text", "look at it"),
        ("transfer", TransferError, "cannot download https://example.org/x: gone", "look at its"),
    ],
)
def test_a_known_failure_is_what_it_was(
    name: str, kind: type[DatamaestroError], message: str, hint: str, output: Path
) -> None:
    """Its class and its exit code, its words and its hint."""
    with pytest.raises(kind) as caught:
        call(name, output)
    assert (kind, kind.exit_code) == (type(caught.value), caught.value.exit_code)
    assert message == caught.value.message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("name", "number", "filename"),
    [("full", errno.ENOSPC, None), ("missing", errno.ENOENT, "/no/such/file")],
)
def test_a_failure_of_the_system_is_what_it_was(
    name: str, number: int, filename: str | None, output: Path
) -> None:
    """So that a full disk is told as such; no file is named where none is known."""
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        call(name, output)
    assert (number, filename) == (caught.value.errno, caught.value.filename)
    assert type(OSError(number, "")) is type(caught.value)


@pytest.mark.parametrize("name", ["waits", "stubborn"])
def test_it_ends_when_it_is_to_be_stopped(
    name: str, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it does about that, with what it has started; no process is left."""
    monkeypatch.setattr("datamaestro.engine.processes.GRACE", 0.1)
    told = output.with_suffix(".told")

    def stop() -> None:
        if told.exists():
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        call_in_process(f"work:{name}", [output], stop)
    processes = [int(word) for word in told.read_text().split()]
    eventually(lambda: not any(map(is_there, processes)))


def test_it_ends_when_the_one_that_asked_is_killed(output: Path) -> None:
    """And so does what it has started."""
    program = (
        "from pathlib import Path\n"
        "from datamaestro.engine.processes import call_in_process\n"
        f"call_in_process('work:waits', [Path({str(output)!r})], lambda: None)"
    )
    told = output.with_suffix(".told")
    asking = subprocess.Popen([sys.executable, "-c", program])
    eventually(told.exists)
    processes = [int(word) for word in told.read_text().split()]
    assert [True, True] == [is_there(process) for process in processes]
    asking.kill()
    asking.wait()
    eventually(lambda: not any(map(is_there, processes)))


def test_an_interrupt_of_the_user_is_for_the_one_that_asked(output: Path) -> None:
    """Ctrl-C goes to all processes of a group; this one is in another, and prints no traceback."""
    groups: list[int] = []
    told = output.with_suffix(".told")

    def stop() -> None:
        if told.exists():
            groups.extend(os.getpgid(int(word)) for word in told.read_text().split())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_in_process("work:waits", [output], stop)
    assert os.getpgrp() not in groups
    assert 1 == len(set(groups))


@pytest.mark.parametrize("name", ["forks", "threads"])
def test_nobody_waits_for_what_it_has_left_behind(name: str, output: Path) -> None:
    """Threads and processes that a function has forgotten."""
    call(name, output)
    assert "done" == output.read_text()


def test_nobody_waits_for_what_a_killed_one_has_left_behind(output: Path) -> None:
    """Its end is told all the same."""
    with pytest.raises(DefinitionError, match="was killed by SIGKILL"):
        call("forks_and_dies", output)


def test_what_is_full_is_told_with_the_place(output: Path) -> None:
    """By whoever knows which that is."""
    from datamaestro.store.faults import storage_error

    with pytest.raises(OSError, match="No space") as caught:
        call("full", output)
    error = storage_error(caught.value, output)
    assert isinstance(error, StorageError)
    assert f"cannot use {output}: No space left on device" == error.message


def test_a_process_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    """Also where it ends with 0: what it has written may be half of it."""
    with pytest.raises(DefinitionError, match="ended with 0 before the function did"):
        call_in_process("work:half", [tmp_path / "output"], lambda: None)


def test_there_is_nothing_to_read(tmp_path: Path) -> None:
    """A function, or a program that it calls, does not wait for somebody to type."""
    call_in_process("work:reads", [tmp_path / "output"], lambda: None)
    assert "''" == (tmp_path / "output").read_text()
