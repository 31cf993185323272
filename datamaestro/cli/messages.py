"""Messages: the log goes to stderr, one line each."""

from __future__ import annotations

import logging
import sys

from datamaestro.settings import log_level


class BetweenBars(logging.Handler):
    """Writes a line to stderr, above the progress bars where there are any."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message."""
        line = self.format(record)
        bars = sys.modules.get("tqdm")
        if bars is None:
            sys.stderr.write(f"{line}\n")
        else:
            bars.tqdm.write(line, file=sys.stderr)


def start_messages(*, quiet: bool, debug: bool) -> None:
    """Send the log to stderr."""
    log = logging.getLogger("datamaestro")
    log.setLevel("DEBUG" if debug else "ERROR" if quiet else log_level())
    log.propagate = False
    log.handlers = [BetweenBars()]
