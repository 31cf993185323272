"""What arrives is shown, where and as it can be."""

import io
import logging
import sys
import threading

import pytest

from datamaestro_hookspecs.events import (
    ResourceReady,
    RunEnded,
    RunStarted,
    TransferAdvanced,
    TransferStarted,
)
from datamaestro_plugins import progress
from datamaestro_plugins.progress.bars import Bars
from datamaestro_plugins.progress.display import Display, choose_view
from datamaestro_plugins.progress.lines import Lines


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it cannot move its cursor."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(choose_view(0.0), Bars)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(choose_view(0.0), Lines)


@pytest.mark.parametrize("stderr", [None, io.StringIO()])
def test_elsewhere_there_are_lines(
    monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO | None
) -> None:
    """Also where there is no stderr at all."""
    monkeypatch.setattr(sys, "stderr", stderr)
    assert isinstance(choose_view(0.0), Lines)


def test_each_run_is_shown_where_stderr_leads_when_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The display lives as long as the process; stderr may be another one by then."""
    now = 0.0
    display = Display(clock=lambda: now)
    monkeypatch.setenv("TERM", "xterm")
    for _ in range(2):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        display.show(RunStarted("x@y", 1, 10))
        display.show(TransferStarted("x@y", "a", "https://example.org/a", 10))
        now += 1
        display.show(TransferAdvanced("x@y", "a", 5))
        display.show(RunEnded("x@y"))
        assert "50%" in terminal.getvalue()


def test_what_belongs_to_no_run_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    """A thread may not have heard yet that the run is over."""
    caplog.set_level("INFO", "datamaestro")
    display = Display()
    display.show(RunStarted("x@y", 1, 10))
    display.show(RunEnded("x@y"))
    before = caplog.messages
    display.show(ResourceReady("x@y", "a", "/data/a"))
    display.show(RunEnded("x@y"))
    assert before == caplog.messages


def test_the_same_data_set_may_be_made_twice_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """In two data directories; the later run is shown."""
    caplog.set_level("INFO", "datamaestro")
    display = Display()
    for _ in range(2):
        display.show(RunStarted("x@y", 1, 10))
    for _ in range(2):
        display.show(ResourceReady("x@y", "a", "/data/a"))
        display.show(RunEnded("x@y"))
    assert 2 == len(caplog.messages)


def test_a_log_that_is_slow_holds_up_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    """A line is handed over after the display is free again."""
    display = Display()
    heard = threading.Event()
    in_time: list[bool] = []

    def listen() -> None:
        display.show(RunStarted("two@y", 1, 10))
        heard.set()

    thread = threading.Thread(target=listen)
    caplog.set_level("INFO", "datamaestro")

    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            thread.start()
            in_time.append(heard.wait(5))

    log, slow = logging.getLogger("datamaestro"), Slow()
    log.addHandler(slow)
    try:
        display.show(RunStarted("one@y", 1, 10))
        display.show(RunEnded("one@y"))
    finally:
        log.removeHandler(slow)
        thread.join()
    assert [True] == in_time


def test_the_hook_shows_events(caplog: pytest.LogCaptureFixture) -> None:
    """All of them, on the display of the process."""
    caplog.set_level("INFO", "datamaestro")
    for event in (RunStarted("x@y", 1, 10), RunEnded("x@y")):
        progress.datamaestro_event(event)
    (line,) = caplog.messages
    assert line.startswith("x: 1 file made")
