"""A plugin in an image of one's own: ``FROM datamaestro`` and ``RUN pip install``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from image.docker import Image
from support.distributions import install

PLUGIN = """
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.repositories import Repository

@hookimpl
def datamaestro_repositories():
    return [Repository("acme", "acme_plugin.repository:Acme")]
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
DOCKERFILE = """
FROM {image}
COPY {wheel} /wheels/
RUN pip install --no-deps --no-index /wheels/{wheel}
"""


def make_wheel(folder: Path, site: Path) -> str:
    """Write a wheel of a plugin that is called acme; return the file's name."""
    entry_points = {"datamaestro": {"acme": "acme_plugin"}}
    install(site, "acme-plugin", {"acme_plugin/__init__.py": PLUGIN}, entry_points)
    metadata = site / "acme_plugin-1.0.dist-info"
    (metadata / "WHEEL").write_text(WHEEL)
    members = [str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()]
    record = str((metadata / "RECORD").relative_to(site))
    (site / record).write_text("".join(f"{member},,\n" for member in [*members, record]))
    path = folder / "acme_plugin-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member in [*members, record]:
            wheel.write(site / member, member)
    return path.name


@pytest.fixture
def derived(image: Image, tmp_path: Path) -> Iterator[Image]:
    """Return an image that adds a plugin to the one under test, and is removed after it."""
    context = tmp_path / "context"
    context.mkdir()
    wheel = make_wheel(context, tmp_path / "acme")
    (context / "Dockerfile").write_text(DOCKERFILE.format(image=image.name, wheel=wheel))
    made = tmp_path / "id"
    built = image.docker("build", "--network", "none", "--iidfile", str(made), str(context))
    assert 0 == built.code, built.err
    yield evolve(image, name=made.read_text())
    image.docker("image", "rm", made.read_text())


@pytest.mark.parametrize("user", [None, "1234:1234", "0:0"])
def test_a_plugin_is_added_without_changing_user(derived: Image, user: str | None) -> None:
    """It is loaded for whoever runs the image, on a closed file system too."""
    outcome = derived.run("plugins", "--json", user=user, options=["--read-only"])
    assert (0, "") == (outcome.code, outcome.err)
    acme = [row for row in json.loads(outcome.out) if row["name"] == "acme"]
    assert [("loaded", ["repository acme"])] == [(row["state"], row["provides"]) for row in acme]
