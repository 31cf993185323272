"""Messages: the log goes to stderr, one line each."""

from __future__ import annotations

import logging
import sys

from datamaestro.advice import advised
from datamaestro.cli.table import harmless_lines


class BetweenBars(logging.Handler):
    """Writes lines to stderr, harmless ones, above the progress bars where there are any."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message; what hinders that is told as logging does, and hinders no more."""
        try:
            _write(harmless_lines(advised(self.format(record))))
        except Exception:  # noqa: BLE001 - a message may fail in any way; the work goes on
            self.handleError(record)


def _write(line: str) -> None:
    if sys.stderr is None:
        return
    bars = getattr(sys.modules.get("tqdm"), "tqdm", None)  # None too while it is being imported
    if bars is None:
        sys.stderr.write(f"{line}\n")
    else:
        bars.write(line, file=sys.stderr)


def start_messages(level: str) -> None:
    """Send the log to stderr, from a level on."""
    log = logging.getLogger("datamaestro")
    log.setLevel(level)
    log.propagate = False
    log.handlers = [BetweenBars()]
