"""The image under test: the one that ``DATAMAESTRO_IMAGE`` names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from image.docker import Image

WORLD = 0o777


@pytest.fixture(scope="session")
def image() -> Image:
    """Return the image, once for all, before a test has an environment of its own."""
    name = os.environ.get("DATAMAESTRO_IMAGE")
    if not name:
        pytest.skip("DATAMAESTRO_IMAGE names no image; `nox -s image` builds one and tests it")
    if shutil.which("docker") is None:
        pytest.skip("there is no docker on the PATH")
    found = Image(name)
    if found.docker("version").code:
        pytest.skip("docker does not answer")
    return found


@pytest.fixture
def data(image: Image, tmp_path: Path) -> Iterator[Path]:
    """Return a folder to be mounted, which any user may write."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    folder.chmod(WORLD)
    yield folder
    # what other users made there must not keep the one who runs the tests from removing it
    image.run("-R", "a+rwX", "/data", data=folder, user="0:0", options=["--entrypoint", "chmod"])
