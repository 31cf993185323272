"""The command line within the process of a test, which is quicker than one of its own."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from datamaestro.cli.group import cli
from datamaestro.cli.outcome import outcome
from datamaestro.messages import start_log, start_log_with
from datamaestro.plugins.registry import forget_plugins
from support.command import Outcome


def inside(*words: str, cwd: Path | None = None) -> Outcome:
    """Run a command here; nobody is there who could be asked.

    Args:
        words: of the command line.
        cwd: the folder where it runs; None: that of this process.
    """
    forget_plugins()  # as a process of its own knows none
    kept, log = [os.dup(number) for number in (1, 2)], logging.getLogger("datamaestro")
    before = log.level, log.propagate, list(log.handlers)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            for number, file in ((1, out), (2, err)):
                os.dup2(file.fileno(), number)
            with (
                open(1, "w", closefd=False, encoding="utf-8") as stdout,
                open(2, "w", closefd=False, encoding="utf-8") as stderr,
                redirect_stdout(stdout),
                redirect_stderr(stderr),
                chdir(cwd or Path.cwd()),
            ):
                code = outcome(cli, words)
        finally:
            for number, descriptor in zip((1, 2), kept, strict=True):
                os.dup2(descriptor, number)
                os.close(descriptor)
            start_log_with(
                lambda: None
            )  # what the command has put off is not for whoever warns next
            start_log()
            log.level, log.propagate, log.handlers = before
        sys.stdout.flush()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return Outcome(code, *texts)
