"""Whether sources are still there."""

from __future__ import annotations

import pytest

from datamaestro.checking.places import Place
from datamaestro.checking.sources import statuses
from datamaestro.checking.verdicts import Status, Verdict
from datamaestro.cli import verdicts as shown
from datamaestro_hookspecs.cards import ResourceCard, Source

URLS = ("https://example.org/a", "https://mirror.example.org/a")
FILE = ResourceCard("a", "a", Source(URLS))


def verdicts(*found: Status) -> list[Verdict]:
    """Return a verdict on each of the URLs of a file."""
    places = [Place("org.example.one@test", FILE, url) for url in URLS]
    return [Verdict(place, status) for place, status in zip(places, found, strict=True)]


@pytest.mark.parametrize(
    ("found", "usual", "strict"),
    [
        ((Status.OK, Status.OK), Status.OK, Status.OK),
        ((Status.GONE, Status.OK), Status.OK, Status.GONE),
        ((Status.OK, Status.CHANGED), Status.OK, Status.CHANGED),
        ((Status.GONE, Status.CHANGED), Status.CHANGED, Status.CHANGED),
        ((Status.UNCHECKED, Status.FAILING), Status.FAILING, Status.FAILING),
    ],
)
def test_one_place_is_enough_to_have_a_file(
    found: tuple[Status, Status], usual: Status, strict: Status
) -> None:
    """Unless all are wanted; where none is well, the gravest counts."""
    assert [usual] == statuses(verdicts(*found))
    assert [strict] == statuses(verdicts(*found), strict=True)


def test_a_terminal_shows_a_table_with_the_gravest_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands there, and the URL only where there is none."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(shown, "terminal_width", lambda: 80)
    first, second = verdicts(Status.GONE, Status.OK)
    first = Verdict(first.place, first.status, "the server says 404 Not Found")
    assert [
        "DATA SET              FILE  STATUS  WHY, OR WHERE",
        "org.example.one@test  a     ok      https://mirror.example.org/a",
        "org.example.one@test  a     gone    the server says 404 Not Found",
    ] == list(shown.as_lines([first, second]))
    assert [] == list(shown.as_lines([]))
