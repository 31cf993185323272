"""The two ways to show what arrives."""

from __future__ import annotations

import logging
import sys
import threading
import time
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Protocol

from datamaestro_hookspecs.errors import shown
from datamaestro_hookspecs.events import (
    Event,
    ResourceReady,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)

if TYPE_CHECKING:
    from tqdm import tqdm

log = logging.getLogger("datamaestro")

EVERY = 10.0
"""Seconds between two lines about one file, where there is no terminal."""

Key = tuple[str, str]


class Display(Protocol):
    """Shows events."""

    def show(self, event: Event) -> None:
        """Show one; called from any thread."""


class Bars:
    """A bar per file that is arriving."""

    def __init__(self) -> None:
        self.bars: dict[Key, tqdm[Any]] = {}
        self.lock = threading.Lock()

    def show(self, event: Event) -> None:
        """Show one event."""
        from tqdm import tqdm

        key = (event.dataset, event.resource)
        with self.lock:
            if isinstance(event, TransferStarted):
                self.bars[key] = tqdm(
                    total=event.size,
                    desc=event.resource,
                    unit="B",
                    unit_scale=True,
                    leave=False,
                    ncols=get_terminal_size().columns - len("^C "),  # else Ctrl-C breaks the line
                )
            elif isinstance(event, TransferAdvanced) and key in self.bars:
                bar = self.bars[key]
                bar.update(event.received - bar.n)
            elif isinstance(event, TransferEnded) and key in self.bars:
                self.bars.pop(key).close()


class Lines:
    """A line when a file begins to arrive, now and then, and when it is there."""

    def __init__(self) -> None:
        self.sizes: dict[Key, int | None] = {}
        self.told: dict[Key, float] = {}

    def show(self, event: Event) -> None:
        """Show one event."""
        key = (event.dataset, event.resource)
        if isinstance(event, TransferStarted):
            self.sizes[key], self.told[key] = event.size, time.monotonic()
            log.info("%s: %s from %s", event.dataset, event.resource, shown(event.url))
        elif isinstance(event, TransferAdvanced):
            if time.monotonic() - self.told.get(key, 0) >= EVERY:
                self.told[key] = time.monotonic()
                log.info(
                    "%s: %s, %s", event.dataset, event.resource, _done(event, self.sizes.get(key))
                )
        elif isinstance(event, ResourceReady):
            log.info("%s: %s is at %s", event.dataset, event.resource, event.path)


def _done(event: TransferAdvanced, size: int | None) -> str:
    megabytes = f"{event.received / 1e6:,.1f} MB"
    return f"{megabytes} of {size / 1e6:,.1f} MB" if size else megabytes


def choose_display() -> Display:
    """Return how events are shown where stderr leads now."""
    return Bars() if sys.stderr is not None and sys.stderr.isatty() else Lines()


DISPLAY = choose_display()
"""How events are shown in this process; made once, when this module is first imported."""
