"""Who is at work: processes that live, have ended, or cannot be seen from here."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import asdict, evolve

from datamaestro.store import owner as module
from datamaestro.store.owner import Owner, this_process
from support.waiting import SECONDS, eventually

PROGRAM = """
import json, sys
from attrs import asdict
from datamaestro.store.owner import this_process
print(json.dumps(asdict(this_process())), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Return a process that tells who it is and then waits."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def owner_of(process: subprocess.Popen[str]) -> Owner:
    assert process.stdout is not None
    return Owner(**json.loads(process.stdout.readline()))


def test_this_process_has_not_ended() -> None:
    """It tells its own number, and comes back from JSON as it was."""
    owner = this_process()
    assert (os.getpid(), False) == (owner.pid, owner.has_ended())
    assert owner == Owner(**json.loads(json.dumps(asdict(owner))))


def test_a_process_has_ended_when_it_was_killed(other: subprocess.Popen[str]) -> None:
    """At once, also before whoever started it has taken notice."""
    owner = owner_of(other)
    assert (other.pid, False) == (owner.pid, owner.has_ended())
    other.send_signal(signal.SIGKILL)
    eventually(owner.has_ended)
    assert None is other.returncode
    other.wait(SECONDS)
    assert owner.has_ended()


def test_a_number_that_is_used_again_is_of_another_process(other: subprocess.Popen[str]) -> None:
    """A process is known by when it started, too."""
    assert evolve(owner_of(other), started="1").has_ended()
    assert not evolve(this_process(), since="1970-01-01 00:00:00").has_ended()


@pytest.mark.parametrize("elsewhere", [{"host": "other.example"}, {"kernel": "x"}, {"kernel": ""}])
def test_what_runs_elsewhere_cannot_be_told(elsewhere: dict[str, str]) -> None:
    """On another host, or among other process ids, the same number means another process."""
    assert None is evolve(this_process(), pid=1 << 30, **elsewhere).has_ended()


def test_who_cannot_tell_its_kernel_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hosts of one name would be taken for one."""
    monkeypatch.setattr(module, "_kernel", lambda: "")
    owner = this_process()
    assert ("", None) == (owner.kernel, owner.has_ended())


def test_when_a_process_started_does_not_change() -> None:
    """Whatever it does meanwhile."""
    started = this_process().started
    block = bytearray(1 << 26)
    assert (started, 1 << 26) == (this_process().started, len(block))


def test_it_is_told_to_people() -> None:
    """By number, host and time."""
    owner = Owner("a.example", "k", 7, "123", "2026-01-01 12:00:00")
    assert "process 7 on a.example, since 2026-01-01 12:00:00" == str(owner)


@pytest.mark.parametrize("wrong", [{"pid": "7"}, {"host": None}, {"started": 3}])
def test_an_owner_is_made_of_what_it_says(wrong: dict[str, object]) -> None:
    """What was read from a file is checked."""
    with pytest.raises(TypeError):
        Owner(**{**asdict(this_process()), **wrong})


def test_a_process_that_is_hidden_is_not_taken_for_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some computers show nobody the processes of others; then it cannot be told."""
    owner = this_process()
    (tmp_path / "self").mkdir()
    monkeypatch.setattr(module, "PROC", tmp_path)
    assert None is owner.has_ended()
