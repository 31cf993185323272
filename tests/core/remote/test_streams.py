"""What is written there is passed on here."""

from __future__ import annotations

import io
import os

import pytest

from datamaestro.errors import StorageError
from datamaestro.remote.streams import pass_on


def test_a_full_disk_here_is_a_fault_of_storage() -> None:
    """It is said what is full, and not that data should go to another directory."""
    sink = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(StorageError, match=r"cannot use stdout: .*, or send it elsewhere"):
        pass_on(io.BufferedReader(io.BytesIO(b"result")), sink)
    os.close(sink)


def test_a_reader_that_leaves_is_no_such_fault() -> None:
    """As in ``| head``."""
    read, sink = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError):
        pass_on(io.BufferedReader(io.BytesIO(b"result")), sink)
    os.close(sink)
