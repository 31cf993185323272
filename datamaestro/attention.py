"""Waiting such that signals are heard.

A thread that is just starting another one may take a signal, such as Ctrl-C, from the main thread,
where alone Python acts on it; and nothing wakes that then. So whoever waits there looks up.
"""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import threading

T = TypeVar("T")

LOOK_UP = 0.2
"""Seconds after which whoever waits looks up."""


def take(things: queue.SimpleQueue[T]) -> T:
    """Take the next thing of a queue, once there is one."""
    while True:
        try:
            return things.get(timeout=LOOK_UP)
        except queue.Empty:
            continue


def join(thread: threading.Thread) -> None:
    """Wait for a thread to end."""
    while thread.is_alive():
        thread.join(LOOK_UP)
