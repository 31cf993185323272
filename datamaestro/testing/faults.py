"""A server that misbehaves as it is told: real sockets, in this process.

::

    with FaultServer() as server:
        server.files["a.txt"] = b"some content"
        server.will("a.txt", cut(after=4), refuse(503, retry_after=1))
        url = server.url("a.txt")  # broken off after 4 bytes, then busy, then as it should be

Without a fault it serves as a good server does: size, ETag, and ranges, also conditional ones
(RFC 9110).
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal, Self

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOST = "127.0.0.1"
BLOCK = 1 << 16
PATIENCE = 60.0
"""Seconds after which a response that stalls is given up, should nobody release it."""


@frozen
class Fault:
    """What goes wrong with one response; each argument for itself, or together.

    Args:
        status: instead of the content.
        headers: further ones, or others than a good server sends; an empty value: not at all.
        body: instead of the content.
        after: bytes of the body that are sent before ``then`` happens.
        then: the connection is cut, or ended in good order, or nothing is sent any more.
        ranges: whether a range is heeded.
        pace: seconds that pass before each 64 KiB.
        before: called when the request has come, before it is answered.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes | None = None
    after: int | None = None
    then: Literal["cut", "end", "stall"] = "end"
    ranges: bool = True
    pace: float = 0.0
    before: Callable[[], object] | None = None


def cut(after: int) -> Fault:
    """Reset the connection after some bytes."""
    return Fault(after=after, then="cut")


def truncate(after: int) -> Fault:
    """End the body after some bytes, in good order, although more were announced."""
    return Fault(after=after, then="end")


def stall(after: int) -> Fault:
    """Send nothing any more after some bytes, until :meth:`FaultServer.release`."""
    return Fault(after=after, then="stall")


def slow(pace: float) -> Fault:
    """Let some seconds pass before each 64 KiB."""
    return Fault(pace=pace)


def lie(size: int) -> Fault:
    """Announce another size."""
    return Fault(headers={"Content-Length": str(size)}, ranges=False)


def sizeless() -> Fault:
    """Announce no size."""
    return Fault(headers={"Content-Length": "", "Connection": "close"})


def rangeless() -> Fault:
    """Know no ranges."""
    return Fault(headers={"Accept-Ranges": ""}, ranges=False)


def refuse(status: int, retry_after: int | None = None) -> Fault:
    """Answer with an error, such as 404, 416, 429 or 503."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(status=status, headers=headers, body=b"")


def page(text: str = "<!DOCTYPE html><title>Log in</title>") -> Fault:
    """Answer with a page where data were asked for, and call it a success."""
    return Fault(headers={"Content-Type": "text/html"}, body=text.encode(), ranges=False)


def redirect(url: str, status: int = 302) -> Fault:
    """Send the client elsewhere."""
    return Fault(status=status, headers={"Location": url}, body=b"")


@frozen
class Received:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]


class FaultServer:
    """Serves ``files``, and does to each file's next responses what it was told; see the module.

    Attributes:
        files: content by path, without a leading slash.
        always: what goes wrong with every response for which nothing else was told.
        requests: those that came, in order.
        stalled: set when a response has begun to stall.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.always = Fault()
        self.requests: list[Received] = []
        self.stalled = threading.Event()
        self._released = threading.Event()
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._http = _HTTP((HOST, 0), type("Handler", (_Handler,), {"faults": self}))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://{HOST}:{self._http.server_port}/{path}"

    def will(self, path: str, *faults: Fault) -> None:
        """Say what goes wrong with the next responses for a path, one after the other."""
        self._faults[path].extend(faults)

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def release(self) -> None:
        """Let responses that stall go on, from now on."""
        self._released.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def fault(self, path: str) -> Fault:
        """Return what goes wrong with the response to a request that has just come."""
        return self._faults[path].popleft() if self._faults[path] else self.always

    def wait(self) -> None:
        """Stall."""
        self.stalled.set()
        self._released.wait(PATIENCE)

    def pause(self, seconds: float) -> None:
        """Let some time pass, unless released."""
        self._released.wait(seconds)


class _HTTP(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients leave, and faults break connections."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: FaultServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is overridden
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.lstrip("/")
        self.faults.requests.append(Received(path, dict(self.headers)))
        fault = self.faults.fault(path)
        if fault.before is not None:
            fault.before()
        content = self.faults.files.get(path)
        if content is None and fault.body is None:
            fault = refuse(404)
        status, headers, body = self._answer(content or b"", fault)
        self.send_response(fault.status or status)
        for name, value in (headers | dict(fault.headers)).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self._send(body, fault)

    def _answer(self, content: bytes, fault: Fault) -> tuple[int, dict[str, str], bytes]:
        """Return what a good server answers."""
        if fault.body is not None:
            return 200, {"Content-Length": str(len(fault.body))}, fault.body
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked or not fault.ranges or self.headers.get("If-Range", etag) != etag:
            return 200, headers | {"Content-Length": str(len(content))}, content
        start, stop = int(asked[1]), int(asked[2] or len(content) - 1) + 1
        body = content[start:stop]
        if not body:
            return 416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"}, b""
        length = "*" if fault.headers.get("Content-Length") == "" else len(content)
        headers["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{length}"
        return 206, headers | {"Content-Length": str(len(body))}, body

    def _send(self, body: bytes, fault: Fault) -> None:
        """Send a body, as far as the fault lets it."""
        last = len(body) if fault.after is None else min(fault.after, len(body))
        for start in range(0, last, BLOCK):
            self.faults.pause(fault.pace)
            self.wfile.write(body[start : min(start + BLOCK, last)])
        if last < len(body):
            self.close_connection = True
            if fault.then == "stall":
                self.faults.wait()
                self.wfile.write(body[last:])
            elif fault.then == "cut":
                reset = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                self.connection.close()
        elif "Content-Length" in fault.headers:
            self.close_connection = True
