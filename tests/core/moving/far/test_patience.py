"""The other side is known to be gone."""

from __future__ import annotations

import fcntl
import os
import threading

import pytest

from datamaestro.moving.far import patience
from datamaestro.moving.far.patience import interrupt_when_alone, widen


def test_who_computes_for_nobody_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment after the other side has ended, and not while it only says nothing."""
    interrupted = threading.Event()
    monkeypatch.setattr("_thread.interrupt_main", interrupted.set)
    monkeypatch.setattr(patience, "LEFT", 0)
    heard, say = os.pipe()
    interrupt_when_alone(heard)
    os.write(say, b"word")
    assert not interrupted.wait(0.05)
    os.close(say)
    assert interrupted.wait(30)
    os.close(heard)


@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="no system on which pipes grow")
def test_a_pipe_gets_wider() -> None:
    """And what is none stays what it is."""
    heard, say = os.pipe()
    before = fcntl.fcntl(say, fcntl.F_GETPIPE_SZ)
    widen(say)
    assert before < fcntl.fcntl(say, fcntl.F_GETPIPE_SZ)
    os.close(say)
    widen(say)
    os.close(heard)
