"""The built-in plugins keep the contracts that third-party plugins are held to."""

from __future__ import annotations

import gzip
import hashlib
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from datamaestro.data.tensor import IDX
from datamaestro.testing import (
    DataTypeContract,
    DownloaderContract,
    ResolverContract,
    TransformerContract,
)
from datamaestro_plugins import catalogue, file, http, idx, package
from datamaestro_plugins import gzip as gzip_plugin


class Handler(BaseHTTPRequestHandler):
    """Serves ``contents``, and parts of them: Range, If-Range and ETag of RFC 9110."""

    protocol_version = "HTTP/1.1"
    contents: ClassVar[dict[str, bytes]] = {}
    sends_size = True
    knows_ranges = True

    def do_GET(self) -> None:
        content = self.contents.get(self.path)
        if content is None:
            self.send_error(404)
            return
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        fresh = self.headers.get("If-Range", etag) == etag
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and fresh and self.knows_ranges:
            start, stop = int(wanted[1]), int(wanted[2] or len(content)) + 1
            body = content[start:stop]
            if not body:
                self.send_error(416)
                return
            self.send_response(206)
            size = str(len(content)) if self.sends_size else "*"
            self.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{size}")
        else:
            body = content
            self.send_response(200)
        self.send_header("ETag", etag)
        if self.sends_size:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
        if self.knows_ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is overridden
        """Say nothing."""


@contextmanager
def site(contents: dict[str, bytes], **how: bool) -> Iterator[str]:
    """Serve contents by path, from this process, and give the address; see :class:`Handler`."""
    handler = type("Handler", (Handler,), {"contents": contents, **how})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestHTTP(DownloaderContract):
    record = http.datamaestro_downloaders()[0]
    how: ClassVar[dict[str, bool]] = {}

    @pytest.fixture
    def address(self) -> Iterator[str]:
        with site({"/a/file": self.content}, **self.how) as address:
            yield address

    @pytest.fixture
    def url(self, address: str) -> str:
        return f"{address}/a/file"

    @pytest.fixture
    def missing_url(self, address: str) -> str:
        return f"{address}/no/such/file"


class TestHTTPWithoutSize(TestHTTP):
    how: ClassVar = {"sends_size": False}


class TestHTTPWithoutRanges(TestHTTP):
    how: ClassVar = {"knows_ranges": False}


class TestFile(DownloaderContract):
    record = file.datamaestro_downloaders()[0]

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        path = tmp_path / "a file, 100 % of it"
        path.write_bytes(self.content)
        return path.as_uri()

    @pytest.fixture
    def missing_url(self, tmp_path: Path) -> str:
        return (tmp_path / "no such file").as_uri()


class TestPackage(DownloaderContract):
    record = package.datamaestro_downloaders()[0]
    content = files("datamaestro_plugins.demo").joinpath("make_optdigits.py").read_bytes()

    @pytest.fixture
    def url(self) -> str:
        return "package:datamaestro_plugins.demo/make_optdigits.py"

    @pytest.fixture(params=["datamaestro_plugins.demo/no.file", "no.such.package/file"])
    def missing_url(self, request: pytest.FixtureRequest) -> str:
        return f"package:{request.param}"


class TestGunzip(TransformerContract):
    record = gzip_plugin.datamaestro_transformers()[0]
    pairs = (
        (gzip.compress(b"one line\n" * 1000), b"one line\n" * 1000),
        (
            gzip.compress(b"the first member, ") + gzip.compress(b"another"),
            b"the first member, another",
        ),
        (gzip.compress(b""), b""),
    )


class TestIDX(DataTypeContract):
    record = idx.datamaestro_datatypes()[0]
    items: ClassVar = [[1, -2, 3], [-4, 5, -6]]

    @pytest.fixture
    def data(self, tmp_path: Path) -> IDX:
        path = tmp_path / "matrix.idx"
        path.write_bytes(struct.pack(">HBB2I6i", 0, 0x0C, 2, 2, 3, 1, -2, 3, -4, 5, -6))
        return IDX(path=path)

    def assert_content(self, content: Any) -> None:
        assert content.dtype == np.dtype(">i4")
        assert content.tolist() == self.items


class TestEmptyIDX(TestIDX):
    items: ClassVar = []

    @pytest.fixture
    def data(self, tmp_path: Path) -> IDX:
        path = tmp_path / "nothing.idx"
        path.write_bytes(struct.pack(">HBB2I", 0, 0x0C, 2, 0, 3))
        return IDX(path=path)


class TestCatalogue(ResolverContract):
    record = catalogue.datamaestro_resolvers()[0]

    @pytest.fixture(params=["edu.uci.optdigits", "com.lecun.mnist@image"])
    def known(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(params=["edu.uci.nothing", "com.lecun.mnist@demo"])
    def unknown(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)
