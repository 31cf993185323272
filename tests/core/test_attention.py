"""Waiting such that signals are heard."""

import queue
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from datamaestro.attention import join, take


class HeardError(Exception):
    """The signal was heard."""


@pytest.fixture
def deaf() -> Iterator[Callable[[], None]]:
    """Return what lets another thread take a signal, of which the main thread is not woken."""

    def hear(number: int, frame: object) -> None:
        raise HeardError

    def take_signal() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, hear)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    yield take_signal
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("what", ["thread", "queue"])
def test_a_signal_that_another_thread_has_taken_is_heard(
    what: str, deaf: Callable[[], None]
) -> None:
    """Long before what is waited for comes."""
    waits, heard, in_time = threading.Event(), threading.Event(), list[bool]()
    things = queue.SimpleQueue[None]()

    def work() -> None:
        waits.wait()
        deaf()
        in_time.append(heard.wait(10))
        things.put(None)

    def wait() -> None:
        waits.set()
        join(thread) if what == "thread" else take(things)

    thread = threading.Thread(target=work)
    thread.start()
    with pytest.raises(HeardError):
        wait()
    heard.set()
    things.get()  # Python 3.11 takes a thread for ended of which a wait was broken off
    assert [True] == in_time


def test_what_is_waited_for_is_returned() -> None:
    """It may be there already."""
    things = queue.SimpleQueue[str]()
    things.put("one")
    assert "one" == take(things)
    thread = threading.Thread(target=things.put, args=("two",))
    thread.start()
    join(thread)
    assert ("two", False) == (take(things), thread.is_alive())
