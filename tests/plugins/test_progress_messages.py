"""Messages of the log on stderr, whatever becomes of it."""

import io
import logging
import sys
from types import ModuleType

import pytest

from datamaestro.cli.messages import BetweenBars


@pytest.fixture
def log() -> logging.Logger:
    """Return a log that goes to stderr."""
    made = logging.Logger("datamaestro")
    made.addHandler(BetweenBars())
    return made


def test_a_message_is_a_line(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; stdout is the result's."""
    log.warning("one %s", "thing")
    assert ("", "one thing\n") == capsys.readouterr()


@pytest.mark.parametrize("tqdm", [None, ModuleType("tqdm")])
def test_a_message_needs_no_bars(
    log: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tqdm: ModuleType | None,
) -> None:
    """Nor that another thread has come to the end of importing them."""
    monkeypatch.setitem(sys.modules, "tqdm", tqdm)
    log.warning("one thing")
    assert ("", "one thing\n") == capsys.readouterr()


def test_without_stderr_a_message_goes_nowhere(
    log: logging.Logger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Least of all to stdout."""
    monkeypatch.setattr(sys, "stderr", None)
    log.warning("one thing")
    assert "" == capsys.readouterr().out


def test_a_message_that_cannot_be_written_stops_nothing(
    log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe whose reader has gone, or a message with the wrong arguments."""

    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    log.warning("%d", "no number")
    monkeypatch.setattr(sys, "stderr", Broken())
    log.warning("one thing")
