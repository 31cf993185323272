"""Warnings of code that runs before there is a log."""

import pytest

from datamaestro.messages import start_log, start_log_with, warn


def test_the_log_is_started_once_by_the_first_warning(caplog: pytest.LogCaptureFixture) -> None:
    """And not before, as most commands tell nothing."""
    started: list[str] = []
    start_log_with(lambda: started.append("unused"))
    start_log_with(lambda: started.append("log"))
    assert [] == started
    with caplog.at_level("WARNING", "datamaestro"):
        warn("100% sure")
        warn("again")
    start_log()
    assert ["log"] == started
    assert ["100% sure", "again"] == caplog.messages
