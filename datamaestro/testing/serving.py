"""How the server that misbehaves answers: one request at a time, on real sockets."""

from __future__ import annotations

import fcntl
import hashlib
import re
import select
import socket
import struct
import termios
import time
from contextlib import suppress
from email.utils import formatdate
from functools import cached_property, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from attrs import evolve, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.testing.faults import Fault, FaultServer, Validator

BLOCK = 1 << 16
"""Bytes that are sent at a time, where time is to pass between them."""

LARGE = 1 << 20
"""Bytes that are sent at a time elsewhere."""

PATIENCE = 60.0
"""Seconds after which a response that stalls is given up, should nobody release it."""

EPOCH, DAY = 1_600_000_000, 86_400
"""When the first content of a file was last changed; the next ones are a day younger each."""


@frozen
class Received:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    method: str = "GET"


@frozen(slots=False)
class Published:
    """A file as a server has it: the content that a path has at one time."""

    content: bytes
    version: int

    @cached_property
    def etag(self) -> str:
        """The strong validator."""
        return f'"{hashlib.sha256(self.content).hexdigest()}"'

    def validators(self, kind: Validator) -> dict[str, str]:
        """Return the headers by which a change can be told."""
        date = {"Last-Modified": formatdate(EPOCH + DAY * self.version, usegmt=True)}
        if kind == "strong":
            return {"ETag": self.etag, **date}
        weak, constant = {"ETag": f"W/{self.etag}"}, {"ETag": '"constant"'}
        return {"weak": weak, "date": date, "constant": constant}.get(kind, {})


@frozen
class Answer:
    """What is sent."""

    status: int
    headers: Mapping[str, str]
    body: memoryview


def answer(asked: Mapping[str, str], file: Published, kind: Validator, fault: Fault) -> Answer:
    """Return the response to a request with the headers ``asked``, before its body is harmed."""
    content = memoryview(file.content if fault.body is None else fault.body)
    headers = {"Content-Length": str(len(content))}
    if fault.body is None:
        headers |= {"Accept-Ranges": "bytes", **file.validators(kind)}
    headers |= fault.headers
    span = _span(asked, len(content)) if fault.ranges and fault.body is None else None
    if span is None or (fault.conditions and not _unchanged(asked, headers)):
        return Answer(200, headers, content)
    start, stop = span
    if start >= stop:
        headers |= {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"}
        return Answer(416, headers, content[:0])
    first, last = start + fault.misplaced, stop - 1 + fault.misplaced
    size = "*" if headers["Content-Length"] == "" else len(content)
    part = {"Content-Range": f"bytes {first}-{last}/{size}"}
    if size != "*":
        part["Content-Length"] = str(stop - start)
    return Answer(206, headers | part | dict(fault.headers), content[start:stop])


def _span(asked: Mapping[str, str], size: int) -> tuple[int, int] | None:
    """Return the first byte that is asked for and the one after the last; None: all."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.get("Range", ""))
    if found is None:
        return None
    return int(found[1]), min(int(found[2] or size - 1) + 1, size)


def _unchanged(asked: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Return whether a condition is met; a weak validator meets none (RFC 9110, 13.1.5)."""
    condition = asked.get("If-Range")
    known = (headers.get("ETag"), headers.get("Last-Modified"))
    return condition is None or (condition in known and not condition.startswith("W/"))


class HTTPServer(ThreadingHTTPServer):
    """Listens, and has a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients leave, and faults break connections."""


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection as its server was told."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    faults: FaultServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is overridden
        """Say nothing."""

    def do_HEAD(self) -> None:
        """Answer as to a GET, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer one request."""
        if self.faults.away:
            self.close_connection = True
            return
        path = self.path.lstrip("/")
        fault = self.faults.receive(path, dict(self.headers), self.command)
        if fault.before is not None:
            fault.before()
        if fault.after is not None and fault.after < 0 and self._harm(fault):
            return
        file = self.faults.published(path)
        if file is None and fault.body is None:
            fault = evolve(fault, status=404, body=b"")
        asked = {name.title(): value for name, value in self.headers.items()}
        found = answer(asked, file or Published(b"", 0), self.faults.validator, fault)
        self.send_response(fault.status or found.status)
        for name, value in found.headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self._send(path, found.body, fault)

    def _send(self, path: str, body: memoryview, fault: Fault) -> None:
        """Send a body, as far as the fault lets it."""
        after = fault.after
        harmed = after is not None and 0 <= after <= len(body)
        self.close_connection |= harmed or "Content-Length" in fault.headers
        self._write(path, body[:after] if harmed else body, fault)
        if harmed:
            if self._harm(fault):
                return
            self._write(path, body[after:], fault)
        if fault.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _write(self, path: str, body: memoryview, fault: Fault) -> None:
        """Send bytes, in chunks or at a pace where that is asked for, and count them."""
        size = BLOCK if fault.pace or self.faults.rate else LARGE
        due, room = time.monotonic(), select.poll()
        room.register(self.connection, select.POLLOUT)
        for start in range(0, len(body), size):
            block = body[start : start + size]
            due += fault.pace
            self.faults.pause(max(0.0, due - time.monotonic(), self.faults.allot(len(block))))
            if fault.chunked:
                self.wfile.write(f"{len(block):x}\r\n".encode())
            while block:
                room.poll()
                block = block[self.faults.count(path, partial(self._send_at_once, block)) :]
            if fault.chunked:
                self.wfile.write(b"\r\n")

    def _send_at_once(self, block: memoryview) -> int:
        """Send what there is room for; return how much that was."""
        try:
            sent: int = self.connection.send(block, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        return sent

    def _harm(self, fault: Fault) -> bool:
        """Let happen what happens after some bytes; return whether that is the end."""
        if fault.then == "stall":
            self.faults.wait()
            return False
        self.close_connection = True
        if fault.then == "cut":
            self._deliver()
            reset = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            self.connection.close()
        return True

    def _deliver(self) -> None:
        """Wait until what was sent has arrived, as a reset would drop what has not."""
        given_up = time.monotonic() + PATIENCE
        with suppress(OSError):  # where the system cannot tell, or the client has left
            while time.monotonic() < given_up:
                queued = fcntl.ioctl(self.connection, termios.TIOCOUTQ, b"\0" * 4)
                if queued == b"\0" * 4:
                    return
                time.sleep(0.0005)
