"""A server that misbehaves as it is told: real sockets, in this process.

::

    with FaultServer() as server:
        server.files["a.txt"] = b"some content"
        server.will("a.txt", cut(after=4), refuse(503, retry_after=1))
        url = server.url("a.txt")  # broken off after 4 bytes, then busy, then as it should be

Without a fault it serves as a good server does: HEAD, size, ETag, Last-Modified, and ranges, also
conditional ones (RFC 9110). Faults are joined by ``|``: ``cut(after=4) | rangeless()``.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, Literal, Self

from attrs import evolve, field, fields, frozen

from datamaestro.testing.serving import BLOCK, PATIENCE, Handler, HTTPServer, Published, Received

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOST = "127.0.0.1"

NOTHING = -1
"""As the number of bytes after which a response breaks off: before anything, even a status."""

Validator = Literal["strong", "weak", "date", "none", "constant"]


@frozen
class Fault:
    """What goes wrong with one response; each argument for itself, or together.

    Args:
        status: instead of the content.
        headers: further ones, or others than a good server sends; an empty value: not at all.
        body: instead of the content.
        after: bytes of the body that are sent before ``then`` happens; or ``NOTHING``.
        then: the connection is cut, or ended in good order, or nothing is sent any more.
        ranges: whether a range is heeded.
        conditions: whether ``If-Range`` is heeded.
        misplaced: bytes by which ``Content-Range`` is wrong.
        chunked: whether the body is sent in chunks, without its size.
        pace: seconds that pass before each 64 KiB.
        content: of the file, from this response on.
        before: called when the request has come, before it is answered.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes | None = None
    after: int | None = None
    then: Literal["cut", "end", "stall"] = "end"
    ranges: bool = True
    conditions: bool = True
    misplaced: int = 0
    chunked: bool = False
    pace: float = 0.0
    content: bytes | None = None
    before: Callable[[], object] | None = None

    def __or__(self, other: Fault) -> Fault:
        """Return both at once; where they contradict each other, the other."""
        said = {each.name: getattr(other, each.name) for each in fields(Fault)}
        said = {name: value for name, value in said.items() if value != getattr(GOOD, name)}
        return evolve(self, **{**said, "headers": {**self.headers, **other.headers}})


GOOD = Fault()
"""Nothing goes wrong: in a list of faults, a response as it should be."""


def cut(after: int) -> Fault:
    """Reset the connection after some bytes, once they have been delivered."""
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


def throttle(rate: float) -> Fault:
    """Send so many bytes a second on each connection, 64 KiB at a time."""
    return Fault(pace=BLOCK / rate)


def lie(size: int) -> Fault:
    """Announce another size."""
    return Fault(headers={"Content-Length": str(size)}, ranges=False)


def sizeless() -> Fault:
    """Announce no size; the end of the connection is that of the body."""
    return Fault(headers={"Content-Length": "", "Connection": "close"})


def chunked() -> Fault:
    """Announce no size, and send chunks; the last says that it is the last."""
    return Fault(headers={"Content-Length": "", "Transfer-Encoding": "chunked"}, chunked=True)


def rangeless() -> Fault:
    """Know no ranges."""
    return Fault(headers={"Accept-Ranges": ""}, ranges=False)


def unconditional() -> Fault:
    """Send the range that was asked for, also of another content than ``If-Range`` names."""
    return Fault(conditions=False)


def misplace(by: int) -> Fault:
    """Send the range that was asked for, and say that it begins some bytes later, or earlier."""
    return Fault(misplaced=by)


def change(content: bytes) -> Fault:
    """Have other content from this response on."""
    return Fault(content=content)


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


class FaultServer:
    """Serves ``files``, and does to each file's next responses what it was told; see the module.

    Args:
        host: a name or an address of this computer.

    Attributes:
        files: content by path, without a leading slash.
        always: what goes wrong with every response for which nothing else was told.
        heads: what goes wrong with every response to a HEAD, which has no part in the rest.
        validator: what says that content is another one: a ``strong`` ETag and a date, a ``weak``
            ETag alone, the ``date`` of the last change alone, ``none``; or a ``constant`` ETag,
            whatever the content, which is a lie.
        rate: bytes a second that are sent on all connections together; 0: as many as possible.
        requests: those that came, in order.
        stalled: set when a response has begun to stall.
    """

    def __init__(self, host: str = HOST) -> None:
        self.files: dict[str, bytes] = {}
        self.always = GOOD
        self.heads = GOOD
        self.validator: Validator = "strong"
        self.rate = 0.0
        self.requests: list[Received] = []
        self._sent: Counter[str] = Counter()
        self.stalled = threading.Event()
        self.away = False
        self._host = host
        self._released = threading.Event()
        self._changed = threading.Condition()
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._published: dict[str, Published] = {}
        self._due = 0.0
        self._listen(0)

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://{self._host}:{self._http.server_port}/{path}"

    def will(self, path: str, *faults: Fault) -> None:
        """Say what goes wrong with the next responses for a path, one after the other."""
        with self._changed:
            self._faults[path].extend(faults)

    @property
    def sent(self) -> Counter[str]:
        """Bytes of bodies that were sent, by path."""
        with self._changed:
            return self._sent.copy()

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for a condition, which is looked at when a request has come or bytes were sent.

        Raises:
            TimeoutError: it is not met in time.
        """
        with self._changed:
            if not self._changed.wait_for(condition, seconds):
                raise TimeoutError(f"not within {seconds:g} s; {len(self.requests)} requests came")

    def release(self) -> None:
        """Let responses that stall go on, from now on."""
        self._released.set()

    def leave(self) -> None:
        """Refuse connections, and answer no further requests on open ones."""
        self.away = True
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def come_back(self) -> None:
        """Be there again, at the same address."""
        self._listen(self._http.server_port)
        self.away = False
        self._thread.start()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()
        if not self.away:
            self.leave()

    def _listen(self, port: int) -> None:
        handler = type("Handler", (Handler,), {"faults": self})
        self._http = HTTPServer((self._host, port), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def receive(self, path: str, headers: Mapping[str, str], method: str) -> Fault:
        """Take a request that has just come; return what goes wrong with its response."""
        with self._changed:
            self.requests.append(Received(path, headers, method))
            told = self._faults[path]
            fault = self.heads if method == "HEAD" else told.popleft() if told else self.always
            if fault.content is not None:
                self.files[path] = fault.content
            self._changed.notify_all()
        return fault

    def published(self, path: str) -> Published | None:
        """Return a file as it is now."""
        with self._changed:
            content, known = self.files.get(path), self._published.get(path)
            if content is None:
                return None
            if known is None or known.content is not content:
                known = Published(content, version=0 if known is None else known.version + 1)
                self._published[path] = known
            return known

    def allot(self, count: int) -> float:
        """Return the seconds until so many bytes more may be sent, as the rate says."""
        if not self.rate:
            return 0.0
        with self._changed:
            now = time.monotonic()
            self._due = max(now, self._due) + count / self.rate
            return self._due - now

    def count(self, path: str, send: Callable[[], int]) -> int:
        """Send some bytes at once; take note of how many, before whoever receives them can ask."""
        with self._changed:
            sent = send()
            self._sent[path] += sent
            self._changed.notify_all()
        return sent

    def wait(self) -> None:
        """Stall."""
        self.stalled.set()
        self._released.wait(PATIENCE)

    def pause(self, seconds: float) -> None:
        """Let some time pass, unless released."""
        self._released.wait(seconds)
