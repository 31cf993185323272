"""The image as clusters run it: a user it does not know, without a home, where all is closed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from image.docker import Image
from support.command import Outcome

DIGITS = "edu.uci.optdigits"
ANYBODY = "54321:65000"
CLUSTER = [
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--workdir", "/", "--env", "HOME=/nonexistent"),
    *("--tmpfs", "/tmp", "--env", "XDG_CACHE_HOME=/tmp/cache"),
]
"""As Apptainer does: nobody becomes root, and all is closed but /tmp; here without a home, too."""


@pytest.fixture
def prepared(image: Image, data: Path) -> Path:
    """Return a data directory that a job of a user's has prepared."""
    done = on_cluster(image, "--quiet", "prepare", DIGITS, data=data)
    assert (0, "") == (done.code, done.err)
    return data


def on_cluster(image: Image, *words: str, data: Path, closed: bool = False) -> Outcome:
    """Run a command as a cluster does; the data directory may be closed, too."""
    mounted = ["--volume", f"{data}:/data:ro" if closed else f"{data}:/data"]
    return image.run(*words, user=ANYBODY, options=[*CLUSTER, *mounted])


@pytest.mark.parametrize("closed", [False, True], ids=["writable", "read-only"])
def test_what_is_there_is_listed_and_verified(image: Image, prepared: Path, closed: bool) -> None:
    """In a data directory that may be written, or only read."""
    listed = on_cluster(image, "list", "--json", data=prepared, closed=closed)
    assert (0, "") == (listed.code, listed.err)
    assert f"{DIGITS}@demo" in listed.out
    verified = on_cluster(image, "verify", DIGITS, "--json", data=prepared, closed=closed)
    assert 0 == verified.code, verified.err
    assert "wrong" not in json.dumps(verified.document)


def test_what_is_there_is_found(image: Image, prepared: Path) -> None:
    """By a search that compiles the index first."""
    found = on_cluster(image, "search", "is:downloaded", "--json", data=prepared)
    assert (0, "") == (found.code, found.err)
    assert [DIGITS] == [one["id"] for one in found.document]


def test_what_ssh_would_do_is_an_error(image: Image, prepared: Path) -> None:
    """The image has no ssh; one line says so."""
    done = on_cluster(image, "--host", "there", "version", data=prepared)
    assert (7, "", 1) == (done.code, done.out, len(done.lines))
    assert "ssh" in done.err
