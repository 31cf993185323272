"""A real HTTP server in this process, whose files and refusals a test sets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Serves ``files``; ``refuse`` may answer a request with a status instead."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.refuse: Callable[[str, int], int | None] = lambda path, count: None
        self.extra: dict[str, str] = {}
        self.cut_after: int | None = None
        self.hold: threading.Event | None = None
        self.holding = threading.Event()
        self.port = 0

    def url(self, path: str) -> str:
        """Return the URL of a file."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        path = handler.path.lstrip("/")
        self.requests.append(path)
        self.headers.append(dict(handler.headers))
        status = self.refuse(path, self.requests.count(path))
        content = self.files.get(path)
        if status is None and content is None:
            status = 404
        handler.send_response(status or 200)
        for name, value in self.extra.items():
            handler.send_header(name, value)
        body = b"" if status or content is None else content
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.hold is not None:
            handler.wfile.write(body[: len(body) // 2])
            handler.wfile.flush()
            self.holding.set()
            self.hold.wait(30)
            body = body[len(body) // 2 :]
        handler.wfile.write(body[: self.cut_after])


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server until the block ends."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                server.handle(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        if server.hold is not None:
            server.hold.set()
        http.shutdown()
        http.server_close()
        thread.join()
