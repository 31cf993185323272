"""The image as a command: any user, one writable directory, results on stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from image.docker import Image
from support.command import Outcome

OPTDIGITS = ["prepare", "edu.uci.optdigits"]
STRANGER = "1234:1234"
USERS = {"the image's own": None, "any other": STRANGER, "root": "0:0"}
NOBODY_WRITES = 0o555


def paths(document: Any) -> list[str]:
    """Return all values of ``path`` in a JSON document."""
    if not isinstance(document, dict):
        return []
    own = [document["path"]] if "path" in document else []
    return own + [path for value in document.values() for path in paths(value)]


def assert_is_in(data: Path, outcome: Outcome) -> None:
    """Check that a run printed paths below ``/data``, of files that are in the mounted folder."""
    assert 0 == outcome.code, outcome.err
    found = paths(outcome.document)
    assert ["images.idx", "labels.idx"] == [Path(path).name for path in found]
    for path in found:
        assert (data / Path(path).relative_to("/data")).stat().st_size


@pytest.mark.parametrize("user", USERS.values(), ids=USERS.keys())
@pytest.mark.parametrize("options", [[], ["--read-only"]], ids=["writable", "read-only"])
def test_data_arrive_in_the_mounted_folder(
    image: Image, data: Path, user: str | None, options: list[str]
) -> None:
    """Whoever runs it, and however closed the rest is: one JSON document, and its files."""
    assert_is_in(data, image.run(*OPTDIGITS, data=data, user=user, options=options))


def test_files_belong_to_the_user_who_asked(image: Image, data: Path) -> None:
    """No file of root's is left in a folder of yours."""
    image.run(*OPTDIGITS, data=data, user=STRANGER)
    words = ["/data", "-mindepth", "1", "-printf", "%U:%G\\n"]
    owners = image.run(*words, data=data, user="0:0", options=["--entrypoint", "find"])
    assert {STRANGER} == set(owners.out.split())


def test_only_the_data_directory_is_filled(image: Image, data: Path) -> None:
    """Neither caches nor settings are left beside what datamaestro keeps."""
    image.run(*OPTDIGITS, data=data)
    assert {"data", "partial", "state"} == {path.name for path in data.iterdir()}


def test_a_second_run_finds_what_is_there(image: Image, data: Path) -> None:
    """It gives the same document, even from a folder that is mounted to be read only."""
    first = image.run(*OPTDIGITS, data=data)
    options = ["--read-only", "--volume", f"{data}:/data:ro"]
    second = image.run("--offline", *OPTDIGITS, user=STRANGER, options=options)
    assert (0, first.out, "") == (second.code, second.out, second.err)


def test_no_folder_has_to_be_mounted(image: Image) -> None:
    """A trial needs no preparation, whoever runs it."""
    assert 0 == image.run(*OPTDIGITS, user=STRANGER).code


def test_a_folder_that_may_not_be_written_is_an_error(image: Image, tmp_path: Path) -> None:
    """The exit code is that of storage; one line names the folder, and stdout stays empty."""
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(NOBODY_WRITES)
    outcome = image.run(*OPTDIGITS, data=closed, user=STRANGER)
    assert (8, "", 1) == (outcome.code, outcome.out, len(outcome.lines))
    assert "/data" in outcome.err


def test_without_a_network_a_remote_data_set_is_an_error(image: Image, data: Path) -> None:
    """The exit code is that of downloads; the last line says what could not be had."""
    options = ["--env", "DATAMAESTRO_RETRIES=0"]
    outcome = image.run("prepare", "com.lecun.mnist", data=data, options=options)
    assert (5, "") == (outcome.code, outcome.out)
    assert "com.lecun.mnist@image: cannot download https://" in outcome.lines[-1]


def test_version(image: Image) -> None:
    """The image has the version it was made for."""
    outcome = image.run("version")
    assert (0, "2.0.0\n") == (outcome.code, outcome.out)


def test_without_arguments_help_is_shown(image: Image) -> None:
    """A first ``docker run`` says what can be done."""
    outcome = image.run()
    assert 0 == outcome.code
    assert outcome.out.startswith("Usage: datamaestro")
