"""Which addresses are tried, in which order and how often."""

import pytest

from datamaestro.engine.addresses import addresses
from datamaestro.engine.retries import LONGEST_PAUSE, LONGEST_WAIT, PROGRESS, Patience, try_each
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


def patient(pauses: list[float], retries: int) -> Patience:
    return Patience(retries, pauses.append)


def test_a_passing_failure_is_tried_again_after_longer_and_longer_pauses() -> None:
    """Pauses double, up to a bound, and vary so that many clients do not come back at once."""
    pauses: list[float] = []
    patience = patient(pauses, 9)
    for _ in range(9):
        patience.after(passing(), 0)
    assert all(
        min(0.5 * 2**n, LONGEST_PAUSE) / 2 <= pause <= min(0.5 * 2**n, LONGEST_PAUSE)
        for n, pause in enumerate(pauses)
    )


def test_the_server_may_ask_for_a_longer_pause() -> None:
    """``Retry-After`` is honoured; who asks for too much is given up."""
    pauses: list[float] = []
    patience = patient(pauses, 3)
    patience.after(passing(after=7), 0)
    patience.after(passing(after=LONGEST_WAIT), 0)
    with pytest.raises(TransferError):
        patience.after(passing(after=LONGEST_WAIT + 1), 0)
    assert [7, LONGEST_WAIT] == pauses


def test_tries_are_bounded() -> None:
    """After the last retry the failure is reported."""
    pauses: list[float] = []
    patience = patient(pauses, 2)
    for _ in range(2):
        patience.after(passing(), PROGRESS - 1)
    with pytest.raises(TransferError):
        patience.after(passing(), PROGRESS - 1)
    assert 2 == len(pauses)


def test_a_try_that_comes_further_than_those_before_is_no_failure() -> None:
    """A long transfer over a bad line may break often; coming as far as before does not count."""
    pauses: list[float] = []
    patience = patient(pauses, 1)
    for there in (PROGRESS, 2 * PROGRESS, 3 * PROGRESS):
        patience.after(passing(), there)
    with pytest.raises(TransferError):
        patience.after(passing(), 3 * PROGRESS)


def test_a_final_failure_is_not_tried_again() -> None:
    """What cannot succeed is reported at once."""
    with pytest.raises(TransferError):
        Patience(5, never).after(final(), 10 * PROGRESS)


def test_a_failure_goes_to_the_next_address() -> None:
    """The addresses are tried in order, until one has it."""
    attempts = Attempts(final(), "done")
    assert "done" == try_each(["a", "b"], attempts)
    assert ["a", "b"] == attempts.urls


def test_wrong_content_goes_to_the_next_address() -> None:
    """Digests decide, so that a mirror need not be trusted."""
    attempts = Attempts(ContentError("bad"), "done")
    assert "done" == try_each(["mirror", "origin"], attempts)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_gravest_failure_is_reported(order: tuple[int, ...]) -> None:
    """Wrong content outranks a person who must act, who outranks a failed download."""
    failures = [ContentError("bad"), ActionNeeded("act"), final()]
    attempts = Attempts(*[failures[place] for place in order])
    with pytest.raises(ContentError):
        try_each(["a", "b", "c"], attempts)
