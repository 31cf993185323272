"""``datamaestro check``: whether the sources of files are still there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from datamaestro.testing.faults import Fault, FaultServer, page, redirect, refuse, stall
from support.command import command
from support.inside import inside
from support.repositories import define
from support.transfers import ID, define_one, packed

CONTENT = b"some content\n" * 1000


@pytest.fixture(autouse=True)
def one_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "1")


def check(tmp_path: Path, *arguments: str) -> tuple[int, Any]:
    """Return the exit code and what is said of the only source."""
    done = inside("check", ID, "--json", *arguments, cwd=tmp_path)
    (found,) = done.document
    return done.code, found


def one_of_many(url: str) -> str:
    """Return the definition of a data set of one file, which is called as that is at its URL."""
    name = url.rpartition("/")[2].partition(".")[0]
    return f"""
@filedownloader("a.bin", {url!r})
@dataset(File)
def n{name}(a):
    return File(path=a)
"""


def test_one_request_tells_that_a_file_is_there(
    site: Path, server: FaultServer, tmp_path: Path, store: Path
) -> None:
    """Its first bytes are asked for, no more are sent, and nothing is written."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"), f"size={len(CONTENT)}")
    code, found = check(tmp_path)
    assert (0, "ok", len(CONTENT), "") == (code, found["status"], found["size"], found["message"])
    assert [("GET", "bytes=0-1023")] == [
        (one.method, one.headers["Range"]) for one in server.requests
    ]
    assert 1024 == server.sent["a.bin"]
    assert not store.exists()


@pytest.mark.parametrize(
    ("fault", "code", "status", "message"),
    [
        pytest.param(refuse(404), 5, "gone", "the server says 404", id="gone"),
        pytest.param(refuse(403), 5, "gone", "may want credentials", id="forbidden"),
        pytest.param(refuse(401), 7, "refused", "asks for credentials", id="credentials"),
        pytest.param(refuse(500), 5, "failing", "the server says 500", id="fails"),
        pytest.param(page(), 6, "changed", "web page instead of the data", id="page"),
        pytest.param(
            page() | Fault(headers={"Content-Type": "application/octet-stream"}),
            *(6, "changed", "web page instead of the data"),
            id="page-in-disguise",
        ),
        pytest.param(
            Fault(body=b"other", headers={"Content-Length": "5"}, ranges=False),
            *(6, "changed", "has 5 bytes, its definition says 13,000"),
            id="other-size",
        ),
    ],
)
def test_what_is_wrong_with_a_source_is_told(
    fault: Fault,
    code: int,
    status: str,
    message: str,
    site: Path,
    server: FaultServer,
    tmp_path: Path,
) -> None:
    """In a word, in a sentence, and by the exit code."""
    server.files["a.bin"] = CONTENT
    server.always = fault
    size = "" if status == "changed" and "page" in message else f"size={len(CONTENT)}"
    define_one(site, server.url("a.bin"), size)
    found_code, found = check(tmp_path)
    assert (code, status) == (found_code, found["status"])
    assert message in found["message"]


def test_a_redirect_to_a_login_page_is_no_file(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """Although the server says that all is well."""
    server.files["login"] = b"<!DOCTYPE html><title>Log in</title>"
    server.always = page()
    server.will("a.bin", redirect(server.url("login")))
    define_one(site, server.url("a.bin"))
    assert (6, "changed") == ((found := check(tmp_path))[0], found[1]["status"])


def test_a_server_that_fails_in_passing_is_asked_again(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """And is then as good as any other."""
    server.files["a.bin"] = CONTENT
    server.will("a.bin", refuse(500))
    define_one(site, server.url("a.bin"))
    assert 0 == check(tmp_path)[0]
    assert ["a.bin"] * 2 == server.paths()


def test_a_server_that_sends_nothing_is_given_up(
    site: Path, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time-out of downloads."""
    monkeypatch.setenv("DATAMAESTRO_TIMEOUT", "0.2")
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    server.files["a.bin"] = CONTENT
    server.always = stall(0)
    define_one(site, server.url("a.bin"))
    assert (5, "failing") == ((found := check(tmp_path))[0], found[1]["status"])


def test_a_server_that_knows_no_head_is_no_matter(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """None is sent."""
    server.files["a.bin"] = CONTENT
    server.heads = refuse(405)
    define_one(site, server.url("a.bin"))
    assert 0 == check(tmp_path)[0]


def test_what_is_no_compressed_file_is_told(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """By its first bytes; one that is compressed passes."""
    server.files["a.bin.gz"] = CONTENT
    define_one(site, server.url("a.bin.gz"))
    code, found = check(tmp_path)
    assert (6, "changed") == (code, found["status"])
    assert "does not begin as what gunzip expands, but with b'some con'" == found["message"]
    server.files["a.bin.gz"] = packed(CONTENT)
    assert 0 == check(tmp_path)[0]


def test_one_living_mirror_is_enough(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """Unless all are wanted; the report tells which is gone."""
    server.files["b.bin"] = CONTENT
    define_one(site, server.url("gone.bin"), f"urls=[{server.url('b.bin')!r}]")
    done = inside("check", ID, "--json", cwd=tmp_path)
    assert (0, ["gone", "ok"]) == (done.code, [one["status"] for one in done.document])
    assert 5 == inside("check", ID, "--strict", cwd=tmp_path).code


def test_what_has_changed_since_it_was_fetched_is_noted(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """It is there, so it is no failure; only its content tells what it is."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"))
    assert 0 == inside("prepare", ID, cwd=tmp_path).code
    assert [] == check(tmp_path)[1]["notes"]
    server.files["a.bin"] = CONTENT[::-1]
    code, found = check(tmp_path)
    assert (0, 1) == (code, len(found["notes"]))
    assert "may have changed since it was brought to disk" in found["notes"][0]


def test_a_url_is_asked_about_once(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """Whoever names it, and each is told what that means for itself."""
    server.files["a.bin"] = CONTENT
    define(
        site,
        "".join(
            f"""
@filedownloader("a.bin", {server.url("a.bin")!r}, size={size})
@dataset(File)
def of_{size}(a):
    return File(path=a)
"""
            for size in (3, len(CONTENT))
        ),
    )
    done = inside("check", "test", "--json", cwd=tmp_path)
    assert (6, ["ok", "changed"]) == (done.code, [one["status"] for one in done.document])
    assert ["a.bin"] == server.paths()


def test_a_host_that_does_not_answer_is_left_alone(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """After three failures in a row in each of two lines; the first of them is retried."""
    server.always = refuse(503)
    define(site, "".join(one_of_many(server.url(f"{number}.bin")) for number in range(20)))
    done = inside("check", "test", "--json", cwd=tmp_path)
    assert (5, {"failing"}) == (done.code, {one["status"] for one in done.document})
    assert 2 * (3 + 1) == len(server.paths())
    assert 14 == done.out.count("is left alone")


def test_a_host_that_asks_for_it_is_left_alone(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """At once, where it asks for longer than anybody waits."""
    server.always = refuse(429, retry_after=1000)
    define(site, "".join(map(one_of_many, map(server.url, "abcdef"))))
    assert 5 == inside("check", "test", cwd=tmp_path).code
    assert 2 == len(server.paths())


def test_the_report_is_written_for_later(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """Whole, beside what is shown, a line for each source."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"))
    done = inside("check", "test", "-o", "report.json", cwd=tmp_path)
    assert f"{ID}@test: a: ok: {server.url('a.bin')}\n" == done.out
    assert ["1 source of 1 file: 1 ok"] == done.lines
    assert ["ok"] == [one["status"] for one in json.loads((tmp_path / "report.json").read_text())]
    assert ["report.json"] == [path.name for path in tmp_path.glob("*report*")]


def test_a_report_that_cannot_be_written_is_shown(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """What took long is not lost."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"))
    (tmp_path / "file").touch()
    done = inside("check", ID, "--json", "-o", "file/report.json", cwd=tmp_path)
    assert (8, "ok") == (done.code, done.document[0]["status"])
    assert "write elsewhere with --output" in done.err


@pytest.mark.usefixtures("heard")
def test_an_interrupted_check_tells_what_it_has(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """And which sources it has not come to."""
    server.files |= {"a.bin": CONTENT, "b.bin": CONTENT}
    server.will("b.bin", stall(0))
    define(
        site,
        f"""
        @filedownloader("b.bin", {server.url("b.bin")!r})
        @filedownloader("a.bin", {server.url("a.bin")!r})
        @dataset(File)
        def one(a, b):
            return File(path=a)
        """,
    )
    words = command("check", "test", "--json", "-o", str(tmp_path / "report.json"))
    with subprocess.Popen(
        words, cwd=tmp_path, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        server.until(lambda: "b.bin" in server.paths() and server.sent["a.bin"])
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert 130 == process.returncode
    assert json.loads(out) == json.loads((tmp_path / "report.json").read_text())
    by_name = {one["resource"]: one for one in json.loads(out)}
    assert ("unchecked", "interrupted before that") == (
        by_name["b"]["status"],
        by_name["b"]["message"],
    )


def test_what_is_not_checked_says_why(site: Path, server: FaultServer, tmp_path: Path) -> None:
    """A protocol that nobody knows, a file for a person, no network; none is a failure."""
    define(
        site,
        f"""
        from datamaestro.download.manual import manualfile

        @filedownloader("a.bin", "gopher://example.org/a.bin")
        @manualfile("b.bin", "sign the licence", "https://example.org/licence")
        @filedownloader("c.bin", {server.url("c.bin")!r})
        @dataset(File)
        def one(a, b, c):
            return File(path=a)
        """,
    )
    done = inside("--offline", "check", ID, "--json", cwd=tmp_path)
    found = {one["resource"]: (one["status"], one["message"]) for one in done.document}
    assert (0, {"unchecked"}) == (done.code, {status for status, _ in found.values()})
    assert "no plugin for URLs of the scheme gopher:" in found["a"][1]
    assert "a person has to fetch it: sign the licence" == found["b"][1]
    assert "no request is made offline" == found["c"][1]
    assert [] == server.paths()


BROKEN = """
from datamaestro.data import File
from datamaestro.definitions import dataset
from datamaestro.download.single import filedownloader

@filedownloader("a.bin", "https://example.org/a.bin", sha256="no digest")
@dataset(File)
def broken(a):
    return File(path=a)
"""


def test_a_definition_that_is_broken_is_no_success(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """What there is besides is checked."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"))
    (site / "repository_of_test/config/org/broken.py").write_text(BROKEN)
    done = inside("check", "test", cwd=tmp_path)
    assert (10, 1) == (done.code, len(done.out.splitlines()))
    assert "1 source of 1 file: 1 ok; 1 data set left out" in done.err


def test_what_is_broken_hinders_nothing_else(
    site: Path, server: FaultServer, tmp_path: Path
) -> None:
    """A module that cannot be imported is one line."""
    server.files["a.bin"] = CONTENT
    define_one(site, server.url("a.bin"))
    module = site / "repository_of_test/config/org/broken.py"
    module.write_text("import no_such_module\n")
    done = inside("check", "test", cwd=tmp_path)
    assert (0, 1) == (done.code, len(done.out.splitlines()))
    assert "no_such_module" in done.err
    assert "Traceback" not in done.err


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    """Neither a repository nor a data set."""
    done = inside("check", "edu.uci.optdigit", cwd=tmp_path)
    assert 3 == done.code
    assert "did you mean edu.uci.optdigits?" in done.err
