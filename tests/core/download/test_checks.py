"""Checking the source of a single resource."""

from __future__ import annotations

from pathlib import Path

import pytest

from datamaestro.download import (
    CheckStatus,
    LocalResourceMixin,
    Resource,
    ResourceCheckResult,
    check_url,
)
from datamaestro.download.archive import ZipDownloader
from datamaestro.download.links import linkfolder
from datamaestro.download.single import FileDownloader
from datamaestro.testing.faults import FaultServer, refuse
from support.command import datamaestro
from support.repositories import define


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        pytest.param([], CheckStatus.OK, id="there"),
        pytest.param([refuse(404)], CheckStatus.FAILED, id="gone"),
        pytest.param([refuse(503)], CheckStatus.ERROR, id="busy"),
    ],
)
def test_a_published_resource_asks_its_server(
    faults: list[object],
    status: CheckStatus,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It need not belong to a data set."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    server.files["a.txt"] = b"content"
    server.will("a.txt", *faults)  # type: ignore[arg-type]
    url = server.url("a.txt")
    result = FileDownloader("a.txt", url).check()
    assert ("a", status, url) == (result.resource, result.status, result.url)


def test_one_url_of_several_is_enough(server: FaultServer) -> None:
    """The result names that one."""
    server.files["b.zip"] = b"PK\5\6" + bytes(18)
    result = ZipDownloader("b", server.url("gone.zip"), urls=[server.url("b.zip")]).check()
    assert (CheckStatus.OK, server.url("b.zip")) == (result.status, result.url)


def test_what_is_made_here_has_nothing_to_ask() -> None:
    """Of whatever kind it is."""

    class Local(LocalResourceMixin, Resource):
        pass

    for resource in (Resource("a"), linkfolder("a", []), Local("a")):
        assert CheckStatus.SKIPPED == resource.check().status


def test_a_url_can_be_asked_about_alone(server: FaultServer) -> None:
    """By the checks that authors write."""
    server.files["page"] = b"<!DOCTYPE html>"
    assert CheckStatus.FAILED == check_url(server.url("gone")).status
    assert "ok" == CheckStatus.OK.value
    assert ResourceCheckResult("a", CheckStatus.OK).message == ""


OWN = """
from datamaestro.download import CheckStatus, FileResource, ResourceCheckResult

class Own(FileResource):
    def _download(self, destination): pass
    def check(self): {body}

@dataset()
class One(Dataset):
    A = Own("a.txt")
    def config(self) -> File:
        return File(path=self.A.path)
"""


@pytest.mark.parametrize(
    ("body", "code", "status", "message"),
    [
        ("return ResourceCheckResult(self.name, CheckStatus.OK)", 0, "ok", ""),
        ("return ResourceCheckResult('a', CheckStatus.FAILED, 'no')", 5, "gone", "no"),
        ("1 / 0", 0, "unchecked", "its own check fails: ZeroDivisionError: division by zero"),
    ],
    ids=["there", "gone", "fails"],
)
def test_the_command_calls_the_checks_that_authors_write(
    body: str, code: int, status: str, message: str, site: Path, tmp_path: Path
) -> None:
    """For what has no URL; what they raise is no failure of the source."""
    define(site, OWN.format(body=body))
    done = datamaestro("check", "test", "--json", cwd=tmp_path)
    (found,) = done.document
    assert (code, status, message) == (done.code, found["status"], found["message"])
