"""What is particular to HTTP."""

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
import requests
import urllib3

from datamaestro.errors import ActionNeeded, TransferError
from datamaestro.testing.faults import Fault, FaultServer, refuse
from datamaestro.version import __version__
from datamaestro_hookspecs.downloaders import Request
from datamaestro_plugins.http.downloader import TRANSIENT, HTTPDownloader
from datamaestro_plugins.http.failures import retry_after, short_reason


def test_the_request_says_who_asks(server: FaultServer) -> None:
    """Name, version and page, as polite servers demand; bytes as they are published."""
    server.files["a"] = b"x"
    HTTPDownloader().open(Request(server.url("a"))).close()
    (request,) = server.requests
    headers = request.headers
    assert headers["User-Agent"].startswith(f"datamaestro/{__version__} (+https://")
    assert "identity" == headers["Accept-Encoding"]


def test_the_facts_are_the_servers(server: FaultServer) -> None:
    """Size, validator, media type and ranges, from one answer."""
    server.files["a"] = b"xyz"
    server.always = Fault(headers={"ETag": '"v"', "Content-Type": "text/csv"})
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        facts = response.facts
    assert (3, '"v"', "text/csv", True) == (
        facts.size,
        facts.validator,
        facts.media_type,
        facts.ranges,
    )


@pytest.mark.parametrize(
    "status", [400, 202, 204, 206, 304, 403, 404, 408, 410, 425, 429, 500, 502, 503, 504, 505]
)
def test_a_refusal_says_whether_to_try_again(status: int, server: FaultServer) -> None:
    """Some are passing, the others are final."""
    server.always = refuse(status)
    with pytest.raises(TransferError, match=str(status)) as caught:
        HTTPDownloader().open(Request(server.url("a")))
    assert (status in TRANSIENT) is caught.value.retry


def test_a_busy_server_says_when_to_come_back(server: FaultServer) -> None:
    """``Retry-After`` reaches the engine."""
    server.always = refuse(429, retry_after=12)
    with pytest.raises(TransferError) as caught:
        HTTPDownloader().open(Request(server.url("a")))
    assert 12 == caught.value.after


def test_a_server_that_wants_a_password_needs_a_person(server: FaultServer) -> None:
    """401 is answered by credentials, not by another try."""
    server.always = refuse(401)
    with pytest.raises(ActionNeeded, match="asks for credentials"):
        HTTPDownloader().open(Request(server.url("a")))


@pytest.mark.parametrize("url", ["http://", "http://[::1/x", "http://x:99999999/", "http:///x"])
def test_a_url_that_is_none_is_final(url: str) -> None:
    """No second try makes it one."""
    with pytest.raises(TransferError) as caught:
        HTTPDownloader().open(Request(url))
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        (lambda: None, None, None),
        (lambda: "nonsense", None, None),
        (lambda: "Mon, 01 Jan 99999 00:00:00 GMT", None, None),
        (lambda: "7", 7, 7),
        (lambda: formatdate(time.time() + 60, usegmt=True), 50, 60),
        (lambda: formatdate(time.time() - 60, usegmt=True), 0, 0),
    ],
)
def test_retry_after_has_two_forms(
    header: Callable[[], str | None], low: float | None, high: float | None
) -> None:
    """Seconds or a date; a date that has passed means now; anything else means nothing."""
    found = retry_after(header())
    if low is None or high is None:
        assert found is None
    else:
        assert found is not None
        assert low <= found <= high


def test_an_encoding_that_was_not_asked_for_is_undone(server: FaultServer) -> None:
    """What arrives is the file as it is published."""
    server.files["a"] = gzip.compress(b"some text")
    server.always = Fault(headers={"Content-Encoding": "gzip"})
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        buffer = memoryview(bytearray(100))
        assert b"some text" == bytes(buffer[: response.readinto(buffer)])
        assert response.facts.size is None


def test_a_wrong_certificate_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of requests, which name the file."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/ca.pem")
    with pytest.raises(TransferError, match=r"TLS CA certificate bundle, invalid path: /no/such"):
        HTTPDownloader().open(Request("https://127.0.0.1:9/x"))


def test_the_innermost_reason_is_told() -> None:
    """Requests wraps what urllib3 wraps; only the last is worth reading."""
    inner = urllib3.exceptions.NewConnectionError(
        urllib3.connection.HTTPConnection("x"), "Failed: [Errno 111] Connection refused"
    )
    outer = requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", inner))  # type: ignore[arg-type]
    assert "Connection refused" == short_reason(outer)
    assert "TimeoutError" == short_reason(TimeoutError())
