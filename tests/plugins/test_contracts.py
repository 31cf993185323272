"""The built-in plugins keep the contracts that third-party plugins are held to."""

from __future__ import annotations

import os
import struct
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
    TransportContract,
)
from datamaestro.testing.faults import Fault, FaultServer, rangeless, sizeless
from datamaestro_plugins import catalogue, directory, file, http, idx, package


class TestHTTP(DownloaderContract):
    record = http.datamaestro_downloaders()[0]
    how: ClassVar[Fault] = Fault()

    @pytest.fixture
    def url(self, server: FaultServer) -> str:
        server.files["a/file"], server.always, server.heads = self.content, self.how, self.how
        return server.url("a/file")

    @pytest.fixture
    def missing_url(self, server: FaultServer) -> str:
        return server.url("no/such/file")


class TestHTTPWithoutSize(TestHTTP):
    how: ClassVar = sizeless()


class TestHTTPWithoutRanges(TestHTTP):
    how: ClassVar = rangeless()


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


class TestFileOfOddName(TestFile):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        path = tmp_path / os.fsdecode(b"no UTF-8: \xff")
        path.write_bytes(self.content)
        return path.as_uri()


class TestPackage(DownloaderContract):
    record = package.datamaestro_downloaders()[0]
    content = files("datamaestro_plugins.demo").joinpath("make_optdigits.py").read_bytes()

    @pytest.fixture
    def url(self) -> str:
        return "package:datamaestro_plugins.demo/make_optdigits.py"

    @pytest.fixture(
        params=[
            "datamaestro_plugins.demo/no.file",
            "no.such.package/file",
            "email//etc/hostname",
            "email/../../../../../../../../../etc/hostname",
            "email/",
        ]
    )
    def missing_url(self, request: pytest.FixtureRequest) -> str:
        return f"package:{request.param}"


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


class TestDirectory(TransportContract):
    record = directory.datamaestro_transports()[0]

    @pytest.fixture(params=["", "file://"])
    def target(self, tmp_path: Path, request: pytest.FixtureRequest) -> str:
        return f"{request.param}{tmp_path}/other"
