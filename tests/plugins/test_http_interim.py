"""What servers say before they answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from datamaestro.errors import TransferError
from datamaestro_hookspecs.downloaders import Request
from datamaestro_plugins.http.downloader import HTTPDownloader

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
WORKING = b"HTTP/1.1 102 Processing\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz"


@contextmanager
def saying(*answers: bytes) -> Iterator[str]:
    """Serve on one connection, each request with all that is said to it; give the URL."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as asked:
            for said in answers:
                while asked.readline().strip():
                    pass
                connection.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        finally:
            thread.join()


@pytest.mark.parametrize(
    "first", [HINTS, WORKING, CONTINUE + HINTS, HINTS + CONTINUE + WORKING + HINTS]
)
def test_the_final_answer_is_waited_for(first: bytes) -> None:
    """Also where the connection is used again."""
    downloader, buffer = HTTPDownloader(), memoryview(bytearray(10))
    with saying(first + FINAL, first + FINAL) as url:
        for _ in range(2):
            with downloader.open(Request(url)) as response:
                assert (3, b"xyz") == (
                    response.facts.size,
                    bytes(buffer[: response.readinto(buffer)]),
                )
                assert 0 == response.readinto(buffer)


def test_whoever_never_answers_is_not_heard_for_ever() -> None:
    """It is an error, as any other answer that is of no use."""
    with saying(HINTS * 100) as url, pytest.raises(TransferError, match="103"):
        HTTPDownloader().open(Request(url))
