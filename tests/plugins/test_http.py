"""What is particular to HTTP."""

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
import requests
import urllib3

from datamaestro.errors import ActionNeeded, TransferError
from datamaestro.testing.faults import (
    Fault,
    FaultServer,
    misplace,
    rangeless,
    refuse,
    unconditional,
)
from datamaestro.version import __version__
from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_plugins.http.answers import TRANSIENT
from datamaestro_plugins.http.downloader import HTTPDownloader
from datamaestro_plugins.http.failures import retry_after, short_reason

DATE = "Sun, 13 Sep 2020 12:26:40 GMT"


def read(response: Response) -> bytes:
    """Return all that a response gives, and close it."""
    received, buffer = bytearray(), memoryview(bytearray(1 << 20))
    with response:
        while count := response.readinto(buffer):
            received += buffer[:count]
    return bytes(received)


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
    ("headers", "validator"),
    [
        ({"ETag": '"strong"', "Last-Modified": DATE}, '"strong"'),
        ({"ETag": 'W/"weak"', "Last-Modified": DATE}, DATE),
        ({"ETag": 'W/"weak"'}, None),
        ({"Last-Modified": DATE}, DATE),
        ({}, None),
    ],
)
def test_a_validator_is_one_that_may_stand_in_a_condition(
    headers: dict[str, str], validator: str | None, server: FaultServer
) -> None:
    """RFC 9110 allows no weak ETag in ``If-Range``; the date of the last change is next best."""
    server.files["a"], server.validator = b"xyz", "none"
    server.always = Fault(headers=headers)
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        assert validator == response.facts.validator


def test_a_part_says_where_it_starts_and_how_large_the_whole_is(server: FaultServer) -> None:
    """``stop`` is advice that this downloader takes."""
    server.files["a"] = b"0123456789"
    response = HTTPDownloader().open(Request(server.url("a"), start=3, stop=5))
    assert (3, 10, True) == (response.start, response.facts.size, response.facts.ranges)
    assert b"34" == read(response)


def test_all_instead_of_a_part_starts_at_the_beginning(server: FaultServer) -> None:
    """A server need not heed a range."""
    server.files["a"], server.always = b"0123456789", rangeless()
    response = HTTPDownloader().open(Request(server.url("a"), start=3, stop=5))
    assert (0, 10, False) == (response.start, response.facts.size, response.facts.ranges)
    assert b"0123456789" == read(response)


def test_a_part_of_other_content_is_not_taken(server: FaultServer) -> None:
    """Also where the server does not know ``If-Range``, and sends the part with its new ETag."""
    server.files["a"], server.always = b"0123456789", unconditional()
    response = HTTPDownloader().open(Request(server.url("a"), start=3, validator='"old"'))
    assert (0, b"0123456789") == (response.start, read(response))


def test_beyond_the_end_there_is_nothing(server: FaultServer) -> None:
    """That is final: the file will not grow."""
    server.files["a"] = b"0123456789"
    with pytest.raises(TransferError, match="416") as caught:
        HTTPDownloader().open(Request(server.url("a"), start=11))
    assert not caught.value.retry


def test_at_the_end_there_is_nothing_more(server: FaultServer) -> None:
    """Who has all bytes, and was not told how many there are, learns that there are no others."""
    server.files["a"] = b"0123456789"
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        validator = response.facts.validator
    with HTTPDownloader().open(Request(server.url("a"), start=10, validator=validator)) as response:
        assert (10, b"") == (response.start, read(response))
        assert (10, validator) == (response.facts.size, response.facts.validator)


def test_the_first_part_of_an_empty_file_is_empty(server: FaultServer) -> None:
    """Although no range of it can be sent."""
    server.files["a"] = b""
    response = HTTPDownloader().open(Request(server.url("a"), stop=1000))
    assert (0, b"") == (response.facts.size, read(response))


@pytest.mark.parametrize("fault", [misplace(1), Fault(headers={"Content-Range": ""})])
def test_a_part_that_is_another_or_does_not_say_which_is_not_taken(
    fault: Fault, server: FaultServer
) -> None:
    """All of it is asked for instead."""
    server.files["a"], server.always = b"0123456789", fault
    response = HTTPDownloader().open(Request(server.url("a"), start=3))
    assert (0, b"0123456789") == (response.start, read(response))


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
    response = HTTPDownloader().open(Request(server.url("a")))
    assert Facts() == response.facts
    assert b"some text" == read(response)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.txt.gz", "text/plain"), ("a.TGZ", "application/x-tar"), ("a", "application/gzip")],
)
def test_a_published_gzip_file_stays_one(name: str, media_type: str, server: FaultServer) -> None:
    """Its server calls its own compression an encoding; what arrives are the published bytes."""
    server.files[name] = content = gzip.compress(b"some text")
    headers = {"Content-Encoding": "x-gzip", "Content-Type": media_type}
    server.always = Fault(headers=headers)
    response = HTTPDownloader().open(Request(server.url(name), start=5))
    assert (5, content[5:]) == (response.start, read(response))
    assert len(content) == response.facts.size


def test_a_part_of_encoded_bytes_is_not_taken(server: FaultServer) -> None:
    """Its offsets are not those of the file as it is published."""
    server.files["a"] = gzip.compress(b"some text")
    server.always = Fault(headers={"Content-Encoding": "gzip"})
    response = HTTPDownloader().open(Request(server.url("a"), start=5))
    assert (0, b"some text") == (response.start, read(response))


def test_a_large_encoded_body_is_decoded(server: FaultServer) -> None:
    """More comes out of it than goes in."""
    content = b"one line of many\n" * 200_000
    server.files["a"] = gzip.compress(content)
    server.always = Fault(headers={"Content-Encoding": "gzip"})
    assert content == read(HTTPDownloader().open(Request(server.url("a"))))


def test_a_probe_asks_for_no_content(server: FaultServer) -> None:
    """The same is known as after opening, from a HEAD alone."""
    server.files["a"] = b"xyz"
    server.heads = server.always = Fault(headers={"Content-Type": "text/csv"})
    facts = HTTPDownloader().probe(Request(server.url("a")))
    assert ["HEAD"] == [request.method for request in server.requests]
    with HTTPDownloader().open(Request(server.url("a"))) as response:
        assert (facts, 3) == (response.facts, facts.size)


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_that_knows_no_head_tells_nothing(status: int, server: FaultServer) -> None:
    """That says nothing about the file."""
    server.files["a"], server.heads = b"xyz", refuse(status)
    assert Facts() == HTTPDownloader().probe(Request(server.url("a")))


@pytest.mark.parametrize("status", [404, 503])
def test_a_probe_fails_as_opening_does(status: int, server: FaultServer) -> None:
    """With the same words."""
    server.heads = server.always = refuse(status)
    downloader, request = HTTPDownloader(), Request(server.url("a"))
    with pytest.raises(TransferError) as opened:
        downloader.open(request)
    with pytest.raises(TransferError) as probed:
        downloader.probe(request)
    assert (str(opened.value), opened.value.retry) == (str(probed.value), probed.value.retry)


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
    schema = requests.exceptions.InvalidSchema("nothing is known of 'ftp://me:p w@h/x'")
    assert "nothing is known of …@h/x'" == short_reason(schema)
