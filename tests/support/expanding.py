"""Transformers at work on bytes that somebody has compressed, and damaged."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from hypothesis import strategies as st

from datamaestro.testing.transformers import Arriving
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.transformers import TransformerProtocol

contents = st.binary(max_size=2000) | st.builds(
    lambda part, times: part * times, st.binary(min_size=1, max_size=40), st.integers(0, 3000)
)
"""Bytes that cannot be compressed, and bytes that can."""

places = st.integers(0, 1 << 40)
"""Somewhere in bytes, modulo their number."""


def changed(transformer: TransformerProtocol, arriving: bytes, **options: Option) -> bytes:
    """Return what becomes of bytes."""
    stream = transformer.open(io.BufferedReader(Arriving(arriving)), options)
    return b"".join(iter(lambda: stream.read(1 << 16), b""))


def by_tool(content: bytes, *command: str) -> bytes:
    """Return what a program of the system's makes of bytes; skip the test where it is missing."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def flipped(content: bytes, place: int) -> bytes:
    """Return bytes of which one bit is another."""
    byte, bit = divmod(place % (8 * len(content)), 8)
    return content[:byte] + bytes([content[byte] ^ 1 << bit]) + content[byte + 1 :]


def assert_refused_or(
    expected: bytes, transformer: TransformerProtocol, arriving: bytes, **options: Option
) -> None:
    """Check that reading raises, or gives what it should; anything else is a lie."""
    try:
        found = changed(transformer, arriving, **options)
    except Exception:  # noqa: BLE001 - the engine takes any
        return
    assert expected == found
