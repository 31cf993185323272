"""The main job on real files: Fashion-MNIST from an nginx that stands in for its publisher."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from attrs import frozen

from datamaestro import prepare_dataset
from support.command import datamaestro

PUBLISHED = os.environ.get("DATAMAESTRO_TEST_FASHION_MNIST")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ORIGIN = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
ID = "com.github.zalandoresearch.fashion_mnist"

pytestmark = [
    pytest.mark.skipif(
        not PUBLISHED, reason="DATAMAESTRO_TEST_FASHION_MNIST names no folder with the files"
    ),
    pytest.mark.skipif(not NGINX, reason="nginx is not installed"),
]

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@frozen
class Nginx:
    """A running nginx."""

    folder: Path
    port: int

    @property
    def files(self) -> Path:
        """The folder that it serves."""
        return self.folder / "files"

    def requests(self) -> int:
        """Return how many requests it has answered."""
        return len((self.folder / "access.log").read_text().splitlines())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def nginx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nginx]:
    """Serve the published files, named as a mirror of their publisher."""
    server = Nginx(tmp_path / "nginx", free_port())
    shutil.copytree(str(PUBLISHED), server.files)
    for folder in (tmp_path.parent, tmp_path, server.folder, server.files):
        folder.chmod(0o755)
    configuration = server.folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=server.folder, port=server.port))
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = subprocess.Popen([str(NGINX), "-c", str(configuration), *user])
    try:
        wait_for(server.port, process)
        monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"{ORIGIN}=http://127.0.0.1:{server.port}/")
        monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
        yield server
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when something listens; connecting is tried until it works."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    pytest.fail("nginx did not start")


def test_the_published_files_become_arrays(nginx: Nginx, tmp_path: Path) -> None:
    """One JSON document with both parts; images and labels of the right shape and type."""
    done = datamaestro("prepare", ID, cwd=tmp_path)
    assert 0 == done.code, done.err
    for part, count in (("train", 60_000), ("test", 10_000)):
        described = done.document[part]
        assert f"{ID}.{part}.images@image" == described["images"]["id"]
        assert f"{part}_images.idx" == Path(described["images"]["path"]).name
        data = getattr(prepare_dataset(ID), part)
        images, labels = data.images.data(), data.labels.data()
        assert ((count, 28, 28), np.uint8) == (images.shape, images.dtype)
        assert ((count,), np.uint8) == (labels.shape, labels.dtype)
        assert [count // 10] * 10 == np.bincount(labels).tolist()
    assert 0 < images.mean() < 255


def test_the_second_run_makes_no_request(nginx: Nginx, tmp_path: Path) -> None:
    """What is on disk is not asked for again."""
    first = datamaestro("prepare", ID, cwd=tmp_path)
    made = nginx.requests()
    second = datamaestro("prepare", ID, cwd=tmp_path)
    assert (4, 4) == (made, nginx.requests())
    assert first.out == second.out
    assert [] == second.lines


def test_one_flipped_byte_is_refused(nginx: Nginx, tmp_path: Path, store: Path) -> None:
    """Exit code 6, one line, and nothing of that file published; mended, the rest is fetched."""
    damaged = nginx.files / "t10k-images-idx3-ubyte.gz"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    done = datamaestro("--quiet", "prepare", ID, cwd=tmp_path)
    assert (6, "") == (done.code, done.out)
    (line,) = done.lines
    assert "t10k-images-idx3-ubyte.gz" in line
    assert not list((store / "data").rglob("test_images*"))
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    assert 0 == datamaestro("prepare", ID, cwd=tmp_path).code
