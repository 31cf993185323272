"""Another datamaestro is met, or it is told what stands in the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import suppress
from subprocess import PIPE
from types import SimpleNamespace

import pytest

from datamaestro.errors import ActionNeeded, DatamaestroError, HostError
from datamaestro.remote.frames import GREETING, PROTOCOL
from datamaestro.remote.handshake import LOGIN, Said, meet
from datamaestro.remote.hearing import Patient
from datamaestro.remote.program import program
from support.waiting import eventually

GREET = "import sys; from datamaestro.remote.frames import *; greet(sys.stdout.buffer)"
ECHO = f"{GREET}; f = Frames(sys.stdin.buffer, sys.stdout.buffer); f.tell(f.next())"


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=PIPE)


def test_who_greets_is_talked_to() -> None:
    """Whatever was printed before."""
    running = started(sys.executable, "-c", f"print('Welcome!', flush=True); {ECHO}")
    frames = meet(running, "there")
    frames.tell({"one": 1})
    assert {"one": 1} == frames.next()
    frames.close()
    assert 0 == running.wait()


def test_what_a_program_says_may_be_closed_while_it_is_read() -> None:
    """As by who ends it; what it has said until then is known."""
    ends = os.pipe()
    stream = io.FileIO(ends[0])
    said = Said(stream, "there")
    with io.FileIO(ends[1], "w") as program:
        program.write(b"one\n")
        eventually(lambda: said._lines)
        stream.close()
        with suppress(BrokenPipeError):  # it was not reading just then
            program.write(b"two\n")
    assert "one" == said.lines()[0]


@pytest.mark.parametrize(
    ("words", "kind", "expected"),
    [
        (["sh", "-c", "exit 127"], ActionNeeded, "datamaestro is missing there"),
        ([sys.executable, "-ISm", "datamaestro.x"], ActionNeeded, "pip install datamaestro"),
        ([sys.executable, "-ISm", "datamaestro"], ActionNeeded, "--pythonpath"),
        (program("datamaestro.none", sys.executable), ActionNeeded, "is older than"),
        (["sh", "-c", "echo odd >&2; exit 3"], ActionNeeded, "(exit code 3): odd"),
        (["sh", "-c", "cat /dev/null"], ActionNeeded, "it says nothing"),
        (program("datamaestro.x", "/nope/python"), ActionNeeded, "/nope/python"),
        (program("datamaestro.x", "/etc"), ActionNeeded, "/etc"),
    ],
)
def test_who_does_not_greet_is_missing_or_broken(
    words: list[str], kind: type[DatamaestroError], expected: str
) -> None:
    """The error names the host, and the next step."""
    running = started(*words)
    with pytest.raises(DatamaestroError) as caught:
        meet(running, "there")
    assert kind is type(caught.value)
    assert "there: datamaestro" in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("there", "by hand: ssh there, or"),
        ("me@there:22", "by hand: ssh ssh://me@there:22, or"),
        ("ssh://there", "by hand: ssh ssh://there, or"),
        ("lab://there", "by hand, or set a longer DATAMAESTRO_TIMEOUT"),
    ],
)
def test_who_never_greets_is_not_waited_for(host: str, hint: str) -> None:
    """Once nothing is heard for so long; what is said before that counts."""
    running = started("sh", "-c", "echo Welcome!; exec cat")
    with pytest.raises(HostError) as caught:
        meet(running, host, 0.02)
    assert f"{host}: datamaestro there does not greet; nothing was heard" in caught.value.message
    assert hint in caught.value.hint
    assert running.poll() is not None


def test_a_person_has_time_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as for a password, where ssh can ask on a terminal."""
    heard: list[float | None] = []
    monkeypatch.setattr(Patient, "hear_for", lambda _, seconds: heard.append(seconds))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    running = started(sys.executable, "-c", GREET)
    meet(running, "there", 30.0).close()
    assert 0 == running.wait()
    assert [LOGIN + 30.0, None] == heard


def test_who_speaks_otherwise_is_not_talked_to() -> None:
    """Both versions are said."""
    greeting = (GREETING + b'{"protocol": %d, "version": "9.9"}\n' % (PROTOCOL + 1)).decode()
    running = started(sys.executable, "-c", f"print({greeting!r}, flush=True); input()")
    with pytest.raises(ActionNeeded, match=r"there has datamaestro 9\.9.*the same version on both"):
        meet(running, "there")
