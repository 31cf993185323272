"""How bytes are read over HTTP, and what becomes of the connection."""

from __future__ import annotations

import random
import select
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from datamaestro.errors import TransferError
from datamaestro.testing.faults import Fault, FaultServer, chunked, cut, sizeless, stall, truncate
from datamaestro_hookspecs.downloaders import Request, Response
from datamaestro_plugins.http import session
from datamaestro_plugins.http.downloader import HTTPDownloader

LARGE = random.Random(0).randbytes(3_000_001)
SMALL = LARGE[:1000]


def read(response: Response, size: int = 1 << 20) -> bytes:
    """Return what a response gives."""
    received, buffer = bytearray(), memoryview(bytearray(size))
    while count := response.readinto(buffer):
        received += buffer[:count]
    return bytes(received)


class Server(ThreadingHTTPServer):
    """Serves one content, and counts its connections."""

    content = b""
    in_chunks = False
    redirected = ""
    connections = 0
    daemon_threads = True

    def process_request(self, request: object, client_address: object) -> None:
        self.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        if self.server.in_chunks:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self._redirect(self.server.redirected)
            return
        self.do_HEAD()
        content = self.server.content
        if self.server.in_chunks:
            content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
        self.wfile.write(content)

    def _redirect(self, harm: str) -> None:
        self.close_connection = harm == "cut"
        self.send_response(302)
        self.send_header("Location", "/here")
        self.send_header("Content-Length", str({"cut": 200, "long": 1 << 40}.get(harm, 100)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(bytes(100))
            while harm == "long":
                self.wfile.write(bytes(1 << 16))


@pytest.fixture
def counting() -> Iterator[Server]:
    """Return a server that counts its connections."""
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("size", [1000, 65_537, 1 << 20, 1 << 22])
@pytest.mark.parametrize(
    "fault", [Fault(), chunked(), sizeless(), Fault(headers={"Connection": "close"})]
)
def test_every_byte_arrives_in_order(fault: Fault, size: int, server: FaultServer) -> None:
    """Whatever the buffer, and however the body ends."""
    server.files["a"], server.always = LARGE, fault
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        assert LARGE == read(response, size)


@pytest.mark.parametrize("after", [1000, 2_000_000])
def test_a_read_returns_what_is_there(after: int, server: FaultServer) -> None:
    """It does not wait for a full buffer: a server that stalls has been heard to the last byte."""
    server.files["a"], server.always = LARGE, stall(after)
    received, buffer = bytearray(), memoryview(bytearray(1 << 20))
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        while len(received) < after:
            received += buffer[: response.readinto(buffer)]
    assert LARGE[:after] == received


def test_it_is_known_whether_more_comes(server: FaultServer) -> None:
    """A server that stalls is not waited for; one that goes on, or ends, is."""
    server.files["a"] = LARGE
    server.will("a", stall(1000))
    buffer = memoryview(bytearray(1 << 20))
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        assert response.comes is not None
        received = response.readinto(buffer)
        while received < 1000:
            received += response.readinto(buffer)
        assert not response.comes(0.01)
        server.release()
        assert response.comes(30)
        assert response.readinto(buffer)


@pytest.mark.parametrize("how", [Fault(), chunked(), sizeless()], ids=["", "chunked", "sizeless"])
@pytest.mark.parametrize("after", [0, 1000, 2_000_000])
def test_closing_wakes_a_thread_that_waits(after: int, how: Fault, server: FaultServer) -> None:
    """It is told that it was closed, and does not take that for the end."""
    server.files["a"], server.always = LARGE, stall(after) | how
    response = HTTPDownloader().open(Request(server.url("a")))
    failures: list[Exception] = []

    def wait() -> None:
        try:
            read(response)
        except TransferError as error:
            failures.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    server.stalled.wait()
    response.close()
    response.close()
    thread.join(30)
    assert not thread.is_alive()
    assert ["it was closed"] == [getattr(error, "reason", "") for error in failures]


def test_closing_wakes_a_thread_that_asks_whether_more_comes(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its descriptor, which may be another file's at once, is looked at no longer."""
    server.files["a"], server.always = LARGE, stall(1000)
    response = HTTPDownloader().open(Request(server.url("a")))
    comes, buffer = response.comes, memoryview(bytearray(1 << 20))
    assert comes is not None
    received = response.readinto(buffer)
    while received < 1000:
        received += response.readinto(buffer)
    looking, poll = threading.Event(), select.poll

    def look() -> select.poll:
        looking.set()
        return poll()

    monkeypatch.setattr(select, "poll", look)
    with ThreadPoolExecutor(1) as other:
        asking = other.submit(comes, 60)
        assert looking.wait(10)
        response.close()
        assert asking.result(10)


def test_what_was_closed_gives_nothing(server: FaultServer) -> None:
    """Neither bytes nor an end."""
    server.files["a"] = LARGE
    response = HTTPDownloader().open(Request(server.url("a")))
    response.close()
    with pytest.raises(TransferError, match="closed"):
        read(response)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_connection_is_used_again(content: bytes, in_chunks: bool, counting: Server) -> None:
    """After its answer has been read to the end."""
    counting.content, counting.in_chunks = content, in_chunks
    downloader = HTTPDownloader()
    for number in range(3):
        with downloader.open(Request(f"http://127.0.0.1:{counting.server_port}/{number}")) as found:
            assert content == read(found)
    assert 1 == counting.connections


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_the_last_byte_gives_the_connection_back(content: bytes, counting: Server) -> None:
    """Nobody need ask whether there is another one."""
    counting.content = content
    downloader, buffer = HTTPDownloader(), memoryview(bytearray(1 << 20))
    url = f"http://127.0.0.1:{counting.server_port}/"
    first, left = downloader.open(Request(url)), len(content)
    while left:
        left -= first.readinto(buffer[:left])
    with downloader.open(Request(url)) as second:
        first.close()
        assert content == read(second)
    assert 1 == counting.connections


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    counting: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be known no more to what is on its way, which would tell nobody."""
    counting.content = SMALL
    downloader = HTTPDownloader()
    request = Request(f"http://127.0.0.1:{counting.server_port}/")
    for seconds in (60.0, 60.0, 0.0):
        monkeypatch.setattr(session, "IDLE", seconds)
        with downloader.open(request) as response:
            assert SMALL == read(response)
    assert 2 == counting.connections


@pytest.mark.parametrize(("harm", "connections"), [("", 1), ("long", 2), ("cut", 2)])
def test_the_body_of_a_redirect_is_not_waited_for(
    harm: str, connections: int, counting: Server
) -> None:
    """Nor kept: a short one is read, so that its connection serves for what comes next."""
    counting.content, counting.redirected = SMALL, harm
    url = f"http://127.0.0.1:{counting.server_port}/elsewhere"
    with HTTPDownloader().open(Request(url, timeout=10)) as response:
        assert SMALL == read(response)
    assert connections == counting.connections


def test_a_probe_gives_its_connection_back(counting: Server) -> None:
    """To the transfer that follows it."""
    counting.content = SMALL
    downloader = HTTPDownloader()
    request = Request(f"http://127.0.0.1:{counting.server_port}/")
    assert 1000 == downloader.probe(request).size
    downloader.open(request).close()
    assert 1 == counting.connections


@pytest.mark.parametrize("taken", [0, 10, 2_000_000])
def test_an_answer_that_was_left_ends_its_connection(taken: int, counting: Server) -> None:
    """What is still to come does not disturb the next answer."""
    counting.content = LARGE
    downloader, buffer = HTTPDownloader(), memoryview(bytearray(1 << 20))
    request = Request(f"http://127.0.0.1:{counting.server_port}/")
    with downloader.open(request) as response:
        while taken:
            taken -= response.readinto(buffer[:taken])
    with downloader.open(request) as response:
        assert LARGE == read(response)
    assert 2 == counting.connections


@pytest.mark.parametrize("after", [0, 1000, 2_000_000])
@pytest.mark.parametrize("harm", [cut, truncate, lambda after: truncate(after) | chunked()])
def test_a_body_that_ends_early_may_be_asked_for_again(
    harm: type[Fault], after: int, server: FaultServer
) -> None:
    """All bytes that came are given first; then it ends, or says that the connection broke."""
    server.files["a"], server.always = LARGE, harm(after)
    received, buffer = bytearray(), memoryview(bytearray(1 << 20))
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        try:
            while count := response.readinto(buffer):
                received += buffer[:count]
        except TransferError as error:
            assert error.retry  # noqa: PT017 - it may also end without
        else:
            assert response.facts.size == len(LARGE)
    assert LARGE[:after] == received
