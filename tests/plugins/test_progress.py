"""What arrives is shown."""

import io
import sys

import pytest

from datamaestro_hookspecs.events import (
    ResourceReady,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)
from datamaestro_plugins.progress import display as module
from datamaestro_plugins.progress.display import Bars, Lines, choose_display

STARTED = TransferStarted("x@y", "a", "https://example.org/a", 2_000_000)
ADVANCED = TransferAdvanced("x@y", "a", 1_000_000)
ENDED = TransferEnded("x@y", "a", 2_000_000)
READY = ResourceReady("x@y", "a", "/data/a")


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar per file, which goes when the file is there or has failed."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    shown = choose_display()
    assert isinstance(shown, Bars)
    for event in (STARTED, ADVANCED, STARTED, ADVANCED, READY):
        shown.show(event)
    assert [1_000_000] == [bar.n for bar in shown.bars.values()]
    shown.show(ENDED)
    shown.show(ADVANCED)
    assert {} == shown.bars
    assert "2.00M" in terminal.getvalue()


def test_elsewhere_there_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One when it begins, one every ten seconds, one when it is there."""
    caplog.set_level("INFO", "datamaestro")
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines = Lines()
    lines.show(STARTED)
    lines.show(ADVANCED)
    now += module.EVERY
    lines.show(ADVANCED)
    lines.show(ADVANCED)
    lines.show(ENDED)
    lines.show(READY)
    assert [
        "x@y: a from https://example.org/a",
        "x@y: a, 1.0 MB of 2.0 MB",
        "x@y: a is at /data/a",
    ] == caplog.messages
