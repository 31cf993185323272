"""The plugin keeps datamaestro's contracts."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import Any

import datamaestro_example as plugin
import numpy as np
import pytest
from datamaestro_example.npy import NPY

from datamaestro.testing import (
    DataTypeContract,
    DownloaderContract,
    Packed,
    ResolverContract,
    TransformerContract,
    UnpackerContract,
)


class TestDataURL(DownloaderContract):
    record = plugin.datamaestro_downloaders()[0]

    @pytest.fixture
    def url(self) -> str:
        return f"data:application/octet-stream;base64,{base64.b64encode(self.content).decode()}"

    @pytest.fixture(params=["data:;base64,no base64!", "data:;base64,YWI", "data:no-comma"])
    def missing_url(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)


class TestDataURLInPlainWords(TestDataURL):
    content = b"100 % of it"

    @pytest.fixture
    def url(self) -> str:
        return "data:,100%20%25%20of%20it"


class TestUnzlib(TransformerContract):
    record = plugin.datamaestro_transformers()[0]
    pairs = (
        (zlib.compress(b"one line\n" * 100_000), b"one line\n" * 100_000),
        (zlib.compress(bytes(range(256)), level=0), bytes(range(256))),
        (zlib.compress(b""), b""),
    )


def ar(*files: Packed) -> bytes:
    """Return an ar archive."""
    archive = b"!<arch>\n"
    for file in files:
        mode = 0o100755 if file.executable else 0o100644
        fields = (
            f"{file.name + '/':<16}{file.mtime:<12}{0:<6}{0:<6}{mode:<8o}{len(file.content):<10}"
        )
        archive += fields.encode() + b"`\n" + file.content + b"\n" * (len(file.content) % 2)
    return archive


FILES = (
    Packed("odd", b"content", mtime=7),
    Packed("run.sh", b"even", executable=True, mtime=8),
    Packed("empty", mtime=9),
    Packed("last", bytes(range(256)), mtime=10),
)


class TestUnar(UnpackerContract):
    record = plugin.datamaestro_unpackers()[0]
    archives = ((ar(*FILES), FILES), (ar(*FILES[:2]), FILES[:2]))
    damaged = (b"!<arch>\n" + bytes(60), b"something else")


class TestNPY(DataTypeContract):
    record = plugin.datamaestro_datatypes()[0]
    array = np.arange(6, dtype="<f4").reshape(2, 3)

    @pytest.fixture
    def data(self, tmp_path: Path) -> NPY:
        path = tmp_path / "array.npy"
        np.save(path, self.array)
        return NPY(path=path)

    def assert_content(self, content: Any) -> None:
        assert content.dtype == self.array.dtype
        np.testing.assert_array_equal(content, self.array)


class TestEmptyNPY(TestNPY):
    array = np.empty((0, 3), dtype="<i8")


class TestNumberInNPY(TestNPY):
    array = np.array(7.5)


class TestNPYResolver(ResolverContract):
    record = plugin.datamaestro_resolvers()[0]

    @pytest.fixture(params=["https://example.org/x.npy", "data:,", "{folder}/x.npy"])
    def known(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        (tmp_path / "x.npy").touch()
        return str(request.param).format(folder=tmp_path)

    @pytest.fixture
    def unknown(self, tmp_path: Path) -> str:
        return str(tmp_path / "no-such-file.npy")
