"""The other side is heard, for as long as it may say nothing."""

import os

import pytest

from datamaestro.remote.hearing import Patient


def test_what_is_said_is_heard() -> None:
    """Up to its end."""
    heard, say = os.pipe()
    source = Patient(heard)
    source.hear_for(9)
    os.write(say, b"word")
    os.close(say)
    assert b"word" == source.readall()
    os.close(heard)


def test_silence_is_an_error_after_a_while() -> None:
    """Not before it is said how long that is."""
    heard, say = os.pipe()
    source = Patient(heard)
    source.hear_for(0.01)
    with pytest.raises(TimeoutError, match="nothing was heard"):
        source.read(1)
    os.close(say)
    os.close(heard)
