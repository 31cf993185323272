"""What is short is not told: no plugin is loaded for it."""

import pytest

from datamaestro.house.events import DelayedEvents
from datamaestro.plugins.services import Plugins
from datamaestro_hookspecs.events import CheckAdvanced, CheckEnded, CheckStarted, Event

STARTED, ADVANCED, ENDED = CheckStarted("a@b", 1, 2), CheckAdvanced("a@b", 1, 2), CheckEnded("a@b")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Return what plugins hear."""
    heard: list[Event] = []
    monkeypatch.setattr(Plugins, "send", lambda _, event: heard.append(event))
    return heard


def test_nothing_is_told_at_once(told: list[Event]) -> None:
    """Nor is the end of what began, when it comes late."""
    events = DelayedEvents()
    events.send(STARTED)
    events.send(ADVANCED)
    events.began -= 10
    events.send(ENDED)
    assert [] == told


def test_what_has_begun_is_told_when_it_takes_long(told: list[Event]) -> None:
    """Before what happens then; and all at once after that."""
    events = DelayedEvents()
    events.send(STARTED)
    events.began -= 10
    for event in (ADVANCED, ENDED, STARTED, ENDED):
        events.send(event)
    assert [STARTED, ADVANCED, ENDED, STARTED, ENDED] == told
