"""stdout is kept for the result: whatever else is printed while a command works goes to stderr.

Definitions, derived files and plugins are strangers' code; they may print, or start programs that
do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import ClassVar

from datamaestro.descriptors import write_all
from datamaestro.errors import DatamaestroError
from datamaestro.store.faults import storage_errors

STDOUT, STDERR = 1, 2


class Result:
    """The process's stdout, from when this is made; only :meth:`tell` writes to it.

    Raises:
        DatamaestroError: there is no stdout.
    """

    descriptor: ClassVar[int] = STDOUT
    """Where the result goes: the process's stdout, wherever that is kept meanwhile."""

    def __init__(self) -> None:
        try:
            sys.stdout.flush()
            Result.descriptor = self._kept = os.dup(STDOUT)
        except (AttributeError, OSError) as error:
            raise DatamaestroError("stdout is closed, so there is nowhere to print to") from error
        os.dup2(STDERR, STDOUT)

    def tell(self, text: str) -> None:
        """Print a part of the result, and a line's end.

        Raises:
            BrokenPipeError: nobody reads it any more.
            StorageError: it cannot be written.
        """
        with storage_errors(Path("stdout"), "send it elsewhere"):
            write_all(self._kept, f"{text}\n".encode())
