"""Encrypted connections, and redirects that would leave them; with a real server."""

from __future__ import annotations

import random
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from datamaestro.errors import TransferError
from datamaestro.settings import config_path
from datamaestro.testing.faults import FaultServer, redirect
from datamaestro_hookspecs.downloaders import Request, Response
from datamaestro_plugins.http.downloader import HTTPDownloader

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")

CONTENT = random.Random(0).randbytes(3_000_001)
TOKEN = "DATAMAESTRO_TOKEN_127_0_0_1"


class Handler(BaseHTTPRequestHandler):
    """Sends the content, or its beginning; or leads to where the server was told."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        target = self.server.target
        body = b"" if target else CONTENT
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.after])
        if self.server.after is not None:  # the head of a block that comes no further
            socket.socket.sendall(self.connection, b"\x17\x03\x03\x40\x00" + bytes(100))
            self.server.released.wait(60)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Speaks TLS; each connection has a thread, which also shakes hands."""

    target = ""
    after: int | None = None
    connections = 0
    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.released = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that refuse the certificate."""

    @property
    def url(self) -> str:
        """The URL of the content."""
        return f"https://127.0.0.1:{self.server_port}/a"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key, and a certificate for this computer signed with it."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", path, "-out", f"{path}.crt"], check=True, stderr=-3)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server that is trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    with Server(certificate) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def read(url: str) -> bytes:
    """Return the content of a URL."""
    received = bytearray()
    with HTTPDownloader().open(Request(url)) as response:
        read_on(response, received)
    return bytes(received)


def read_on(response: Response, received: bytearray) -> None:
    """Add what a response gives to what has been received."""
    buffer = memoryview(bytearray(1 << 20))
    while count := response.readinto(buffer):
        received += buffer[:count]


def test_content_arrives_encrypted(secure: Server) -> None:
    """From a server whose certificate is among those that the environment names."""
    assert CONTENT == read(secure.url)


@pytest.mark.parametrize("after", [1000, 2_000_000])
def test_what_can_be_decrypted_is_given(after: int, secure: Server) -> None:
    """Though more has come that cannot be yet: nobody waits for that with bytes in hand."""
    secure.after = after
    received, buffer = bytearray(), memoryview(bytearray(1 << 20))
    with HTTPDownloader().open(Request(secure.url, timeout=1)) as response:
        assert response.comes is not None
        while len(received) < after:
            received += buffer[: response.readinto(buffer)]
        assert not response.comes(0.01)
    assert CONTENT[:after] == received


@pytest.mark.parametrize("size", [10_000, 1 << 20])
def test_asking_whether_more_comes_takes_nothing_away(size: int, secure: Server) -> None:
    """Each byte is given once, in order, many at a time; the connection is used again."""
    downloader, buffer = HTTPDownloader(), memoryview(bytearray(size))
    for _ in range(2):
        received, reads = bytearray(), 0
        with downloader.open(Request(secure.url)) as response:
            assert response.comes is not None
            while count := response.readinto(buffer):
                received, reads = received + buffer[:count], reads + 1
                response.comes(30)
                response.comes(0)
        assert (True, True) == (received == CONTENT, reads < 1000)
    assert 1 == secure.connections


def test_what_is_closed_gives_nothing_encrypted(
    secure: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that is reading then gives what it has decrypted, and no more."""
    response = HTTPDownloader().open(Request(secure.url))
    received, reader, receive = bytearray(), threading.get_ident(), ssl.SSLSocket.recv_into

    def close_soon(connection: ssl.SSLSocket, *arguments: Any) -> int:
        count = receive(connection, *arguments)
        if threading.get_ident() == reader and len(received) > 100_000:
            closing = threading.Thread(target=response.close)
            closing.start()
            closing.join()
        return count

    monkeypatch.setattr(ssl.SSLSocket, "recv_into", close_soon)
    with pytest.raises(TransferError, match="it was closed"):
        read_on(response, received)
    assert CONTENT[: len(received)] == received


def test_a_strangers_certificate_is_refused(
    secure: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It will be no other when one tries again."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(TransferError, match="certificate verify failed") as caught:
        read(secure.url)
    assert (False, []) == (caught.value.retry, secure.asked)


def test_a_redirect_may_bring_encryption(secure: Server, server: FaultServer) -> None:
    """As many servers do."""
    server.will("a", redirect(secure.url))
    assert CONTENT == read(server.url("a"))


def test_a_redirect_does_not_take_encryption_away(secure: Server, server: FaultServer) -> None:
    """The line names both ends, and how to allow it; nothing has been sent."""
    secure.target = server.url("a")
    with pytest.raises(TransferError) as caught:
        read(secure.url)
    line = str(caught.value)
    named = (secure.url, server.url("a"), "DATAMAESTRO_INSECURE_REDIRECTS=1")
    assert {True} == {each in line for each in named}
    assert (1, False, []) == (len(line.splitlines()), caught.value.retry, server.requests)


@pytest.mark.parametrize("where", ["environment", "config.toml"])
def test_encryption_may_be_given_up_where_the_user_says_so(
    where: str, secure: Server, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then too no credentials are sent in the clear, not even to a host that has some."""
    if where == "environment":
        monkeypatch.setenv("DATAMAESTRO_INSECURE_REDIRECTS", "1")
    else:
        config_path().parent.mkdir(parents=True)
        config_path().write_text("insecure_redirects = true\n")
    monkeypatch.setenv(TOKEN, "s3cr3t")
    server.files["a"] = b"x"
    secure.target = server.url("a")
    assert b"x" == read(secure.url)
    assert ["Bearer s3cr3t"] == [headers.get("Authorization") for headers in secure.asked]
    assert [None] == [request.headers.get("Authorization") for request in server.requests]
