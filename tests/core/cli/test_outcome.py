"""What is told of an end is one line, whoever has said it."""

import errno
import logging

import pytest

from datamaestro.cli.messages import BetweenBars
from datamaestro.cli.outcome import tell, told
from datamaestro.errors import DatamaestroError

HOSTILE = "\x1b]0;OWNED\x07\x1b[31m\x9b2J\u202e"
SHOWN = r"\x1b]0;OWNED\x07\x1b[31m\x9b2J\u202e"


def test_an_error_does_nothing_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does its hint, though a stranger may have written both; spaces stay as they are."""
    assert 1 == told(DatamaestroError(f"bad{HOSTILE}", hint=f"'a  b'\n{HOSTILE}"), as_json=False)
    assert f"datamaestro: bad{SHOWN} ('a  b' {SHOWN})\n" == capsys.readouterr().err


def test_what_nobody_may_look_at_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever that was found out; what else the system says is nothing that is known."""
    assert 8 == told(PermissionError(errno.EACCES, "Permission denied", "/closed/x"), as_json=False)
    assert "cannot use /closed/x: Permission denied (change its" in capsys.readouterr().err
    assert 1 == told(OSError(errno.EINVAL, "Invalid argument", "/x"), as_json=False)
    assert "unexpected OSError" in capsys.readouterr().err


def test_an_error_in_json_is_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON escapes what does something to a terminal."""
    tell(HOSTILE, 1, "", as_json=True)
    assert "\\u001b]0;OWNED\\u0007" in capsys.readouterr().err


def test_a_message_does_nothing_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """It may have several lines, as those of a traceback."""
    record = logging.LogRecord("datamaestro", logging.INFO, "", 0, "a%s\n\tb", (HOSTILE,), None)
    BetweenBars().emit(record)
    assert f"a{SHOWN}\n\tb\n" == capsys.readouterr().err
