"""Real servers, for tests."""

import socket
import sys
from pathlib import Path

import pytest

from datamaestro.testing.daemons import LOOPBACK, find, free_port, running

LISTEN = f"""
import socket, sys
with socket.create_server(({LOOPBACK!r}, int(sys.argv[1]))) as server:
    while True:
        server.accept()[0].close()
"""


def test_a_server_listens_while_the_block_lasts() -> None:
    """It has ended after it, and its port is free again."""
    port = free_port()
    with running([sys.executable, "-c", LISTEN, str(port)], port) as process:
        socket.create_connection((LOOPBACK, port), timeout=10).close()
        assert process.poll() is None
    assert process.poll() is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), timeout=10)


def test_a_server_that_does_not_start_is_an_error() -> None:
    """Nobody waits for it."""
    with (
        pytest.raises(RuntimeError, match="ended with 3"),
        running([sys.executable, "-c", "raise SystemExit(3)"], free_port()),
    ):
        pytest.fail("it has begun")


def test_programs_of_administrators_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the path of the user first; None where there is none."""
    program = tmp_path / "nginx"
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find("nginx") == str(program)
    assert find("no-such-program") is None
