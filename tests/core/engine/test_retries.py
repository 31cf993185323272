"""Which addresses are tried, in which order and how often."""

import pytest

from datamaestro.engine.retries import LONGEST_PAUSE, addresses, try_each
from datamaestro.errors import ActionNeeded, ContentError, DatamaestroError, TransferError
from datamaestro.settings import Mirror


class Attempts:
    """Fails as it is told, then succeeds."""

    def __init__(self, *outcomes: DatamaestroError | str) -> None:
        self.outcomes = list(outcomes)
        self.urls: list[str] = []

    def __call__(self, url: str) -> str:
        self.urls.append(url)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, DatamaestroError):
            raise outcome
        return outcome


def never(seconds: float) -> None:
    pytest.fail("waited")


def passing(after: float | None = None) -> TransferError:
    return TransferError("u", "busy", retry=True, after=after)


def final() -> TransferError:
    return TransferError("u", "gone")


def test_mirrors_come_before_origins() -> None:
    """Each mirror that fits a URL is tried before any URL, once."""
    mirrors = [
        Mirror("https://a.org/", "https://m.lan/a/"),
        Mirror("https://b.org/", "https://m.lan/b/"),
    ]
    urls = ["https://a.org/x", "https://b.org/x"]
    assert ["https://m.lan/a/x", "https://m.lan/b/x", *urls] == addresses(urls, mirrors)


def test_a_mirror_of_something_else_is_not_tried() -> None:
    """A mirror serves what begins with its origin."""
    assert ["https://a.org/x"] == addresses(["https://a.org/x"], [Mirror("https://b.org/", "z:")])


def test_a_passing_failure_is_tried_again_after_longer_and_longer_pauses() -> None:
    """Pauses double, up to a bound, and vary so that many clients do not come back at once."""
    pauses: list[float] = []
    attempts = Attempts(*[passing() for _ in range(9)], "done")
    assert "done" == try_each(["u"], attempts, retries=9, pause=pauses.append)
    assert all(
        min(0.5 * 2**n, LONGEST_PAUSE) / 2 <= pause <= min(0.5 * 2**n, LONGEST_PAUSE)
        for n, pause in enumerate(pauses)
    )


def test_the_server_may_ask_for_a_longer_pause() -> None:
    """``Retry-After`` is honoured, up to a bound."""
    pauses: list[float] = []
    attempts = Attempts(passing(after=7), passing(after=1e9), "done")
    try_each(["u"], attempts, retries=2, pause=pauses.append)
    assert pauses == [7, LONGEST_PAUSE]


def test_tries_are_bounded() -> None:
    """After the last retry the failure is reported."""
    attempts = Attempts(*[passing() for _ in range(3)])
    with pytest.raises(TransferError):
        try_each(["u"], attempts, retries=2, pause=lambda seconds: None)
    assert 3 == len(attempts.urls)


def test_a_final_failure_goes_to_the_next_address_at_once() -> None:
    """What cannot succeed is not tried again."""
    attempts = Attempts(final(), "done")
    assert "done" == try_each(["a", "b"], attempts, retries=5, pause=never)
    assert ["a", "b"] == attempts.urls


def test_wrong_content_goes_to_the_next_address() -> None:
    """Digests decide, so that a mirror need not be trusted."""
    attempts = Attempts(ContentError("bad"), "done")
    assert "done" == try_each(["mirror", "origin"], attempts, retries=5, pause=never)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_gravest_failure_is_reported(order: tuple[int, ...]) -> None:
    """Wrong content outranks a person who must act, who outranks a failed download."""
    failures = [ContentError("bad"), ActionNeeded("act"), final()]
    attempts = Attempts(*[failures[place] for place in order])
    with pytest.raises(ContentError):
        try_each(["a", "b", "c"], attempts, retries=0, pause=never)
