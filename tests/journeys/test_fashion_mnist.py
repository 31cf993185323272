"""The main job on real files: Fashion-MNIST from an nginx that stands in for its publisher."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from datamaestro import prepare_dataset
from support.command import datamaestro
from support.nginx import Nginx, needs_nginx, serving

PUBLISHED = os.environ.get("DATAMAESTRO_TEST_FASHION_MNIST")
ORIGIN = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
ID = "com.github.zalandoresearch.fashion_mnist"

pytestmark = [
    pytest.mark.skipif(
        not PUBLISHED, reason="DATAMAESTRO_TEST_FASHION_MNIST names no folder with the files"
    ),
    needs_nginx,
]


@pytest.fixture
def nginx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nginx]:
    """Serve the published files, named as a mirror of their publisher."""
    shutil.copytree(str(PUBLISHED), tmp_path / "nginx/files")
    with serving(tmp_path / "nginx") as server:
        monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"{ORIGIN}={server.url('')}")
        monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
        yield server


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
