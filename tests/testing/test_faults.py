"""The server that misbehaves does so as it is told, and only then."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from datamaestro.testing.faults import (
    GOOD,
    NOTHING,
    Fault,
    FaultServer,
    Validator,
    change,
    chunked,
    cut,
    lie,
    misplace,
    page,
    rangeless,
    redirect,
    refuse,
    sizeless,
    slow,
    stall,
    throttle,
    truncate,
    unconditional,
)
from support.waiting import SECONDS

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def served(server: FaultServer) -> FaultServer:
    server.files["a"] = CONTENT
    return server


Answer = tuple[int, http.client.HTTPMessage, http.client.HTTPResponse]
Get = Callable[..., Answer]


@pytest.fixture
def get(served: FaultServer) -> Iterator[Get]:
    """Return what asks for the file; the body is not read."""
    with ExitStack() as opened:

        def ask(method: str = "GET", **headers: str) -> Answer:
            address = urlsplit(served.url("a")).netloc
            connection = opened.enter_context(
                closing(http.client.HTTPConnection(address, timeout=10))
            )
            connection.request(method, "/a", headers=headers)
            answer = opened.enter_context(connection.getresponse())
            return answer.status, answer.headers, answer

        yield ask


def test_without_a_fault_it_is_a_good_server(served: FaultServer, get: Get) -> None:
    """Size, validator, ranges, and ranges on condition."""
    status, headers, answer = get()
    assert (200, CONTENT) == (status, answer.read())
    assert (str(len(CONTENT)), "bytes") == (headers["Content-Length"], headers["Accept-Ranges"])
    status, part, answer = get(Range="bytes=5-9", **{"If-Range": headers["ETag"]})
    assert (206, CONTENT[5:10]) == (status, answer.read())
    assert f"bytes 5-9/{len(CONTENT)}" == part["Content-Range"]
    status, _, answer = get(Range="bytes=5-", **{"If-Range": '"old"'})
    assert (200, CONTENT) == (status, answer.read())
    assert 416 == get(Range=f"bytes={len(CONTENT)}-")[0]
    assert ["a"] * 4 == served.paths()


def test_faults_come_in_turn_and_end(served: FaultServer, get: Get) -> None:
    """Each response has the next fault; after the last it is a good server again."""
    served.will("a", refuse(503, retry_after=7), refuse(429))
    status, headers, _ = get()
    assert (503, "7") == (status, headers["Retry-After"])
    assert [429, 200] == [get()[0], get()[0]]


def test_a_file_that_is_not_there_is_404(served: FaultServer, get: Get) -> None:
    """Until it is."""
    content = served.files.pop("a")
    assert 404 == get()[0]
    served.files["a"] = content
    assert 200 == get()[0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [(cut(1000), ConnectionResetError), (truncate(1000), http.client.IncompleteRead)],
)
def test_the_body_breaks_off(
    fault: Fault, error: type[Exception], served: FaultServer, get: Get
) -> None:
    """Reset, or ended in good order before all that was announced has come."""
    served.will("a", fault)
    _, _, answer = get()
    with pytest.raises(error):
        answer.read()


def test_it_stalls_until_it_is_released(served: FaultServer, get: Get) -> None:
    """What comes before is sent; the rest when the test says so."""
    served.will("a", stall(1000))
    _, _, answer = get()
    assert CONTENT[:1000] == answer.read(1000)
    assert served.stalled.wait(SECONDS)
    served.release()
    assert CONTENT[1000:] == answer.read()


def test_it_is_slow(served: FaultServer, get: Get) -> None:
    """A pause before each block, which ends when it is released."""
    served.will("a", slow(3600))
    _, _, answer = get()
    threading.Timer(0, served.release).start()
    assert CONTENT == answer.read()


def test_it_says_what_is_not_so(served: FaultServer, get: Get) -> None:
    """Another size, none, no ranges, a page instead of data, another place."""
    served.will("a", lie(7), sizeless(), rangeless(), page(), redirect("http://b.org/"))
    assert CONTENT[:7] == get()[2].read()
    _, headers, answer = get()
    assert (None, CONTENT) == (headers.get("Content-Length"), answer.read())
    status, headers, answer = get(Range="bytes=5-")
    assert (200, None, CONTENT) == (status, headers.get("Accept-Ranges"), answer.read())
    status, headers, answer = get()
    assert (200, "text/html") == (status, headers["Content-Type"])
    assert answer.read().startswith(b"<!DOCTYPE html>")
    status, headers, _ = get()
    assert (302, "http://b.org/") == (status, headers["Location"])


def rest(headers: http.client.HTTPMessage, name: str = "ETag") -> dict[str, str]:
    """Return the headers that ask for what follows the tenth byte, should nothing have changed."""
    return {"Range": "bytes=10-", "If-Range": headers[name]}


def test_content_may_change_when_a_request_comes(served: FaultServer, get: Get) -> None:
    """``before`` is called first, so that validators and bytes change between two requests."""
    old = get()[1]["ETag"]
    served.will("a", Fault(before=lambda: served.files.update(a=b"new")))
    _, headers, answer = get(Range="bytes=1-", **{"If-Range": old})
    assert b"new" == answer.read()
    assert old != headers["ETag"]


def test_content_changes_from_a_response_on(served: FaultServer, get: Get) -> None:
    """The second response and those after it are of other content, and say so."""
    served.will("a", GOOD, change(b"another content"))
    _, old, answer = get()
    assert CONTENT == answer.read()
    for _ in range(2):
        status, new, answer = get(**rest(old))
        assert (200, b"another content") == (status, answer.read())
        assert old["ETag"] != new["ETag"]
        assert old["Last-Modified"] != new["Last-Modified"]


def test_head_is_get_without_a_body(served: FaultServer, get: Get) -> None:
    """The same headers, also for a part."""
    for asked in ({}, {"Range": "bytes=5-9"}):
        status, headers, answer = get("HEAD", **asked)
        assert b"" == answer.read()
        expected, same, _ = get(**asked)
        del headers["Date"], same["Date"]
        assert (expected, same.items()) == (status, headers.items())
    assert ["HEAD", "GET"] * 2 == [request.method for request in served.requests]


def test_head_takes_no_part_in_faults(served: FaultServer, get: Get) -> None:
    """What was told of the next response waits for a GET."""
    served.will("a", refuse(503))
    assert [200, 503] == [get("HEAD")[0], get()[0]]


def test_head_can_be_refused(served: FaultServer, get: Get) -> None:
    """Some servers know GET alone."""
    served.heads = refuse(405)
    assert [405, 200] == [get("HEAD")[0], get()[0]]


@pytest.mark.parametrize(
    ("validator", "names"),
    [
        ("strong", {"ETag", "Last-Modified"}),
        ("weak", {"ETag"}),
        ("date", {"Last-Modified"}),
        ("none", set()),
        ("constant", {"ETag"}),
    ],
)
def test_a_validator_says_what_has_changed(
    validator: Validator, names: set[str], served: FaultServer, get: Get
) -> None:
    """All but a constant one change with the content; a weak one is of no use for a range."""
    served.validator = validator
    _, old, _ = get()
    assert names == {"ETag", "Last-Modified"} & set(old.keys())
    for name in names:
        assert (validator == "weak") is old[name].startswith("W/")
        assert (200 if validator == "weak" else 206) == get(**rest(old, name))[0]
    served.files["a"] = CONTENT[::-1]
    for name in names:
        status, new, _ = get(**rest(old, name))
        assert (206 if validator == "constant" else 200) == status
        assert (validator == "constant") is (old[name] == new[name])


def test_a_range_may_be_sent_whatever_the_condition(served: FaultServer, get: Get) -> None:
    """The part is of the new content, and so is the validator beside it."""
    _, old, _ = get()
    served.will("a", unconditional() | change(CONTENT[::-1]))
    status, new, answer = get(**rest(old))
    assert (206, CONTENT[::-1][10:]) == (status, answer.read())
    assert old["ETag"] != new["ETag"]


def test_a_range_may_be_called_another(served: FaultServer, get: Get) -> None:
    """``Content-Range`` is wrong by some bytes; the body is what was asked for."""
    served.will("a", misplace(by=-3))
    status, headers, answer = get(Range="bytes=5-9")
    assert (206, CONTENT[5:10]) == (status, answer.read())
    assert f"bytes 2-6/{len(CONTENT)}" == headers["Content-Range"]


@pytest.mark.parametrize("status", [403, 408, 416, 503])
def test_a_refusal_is_one_of_a_range_too(status: int, served: FaultServer, get: Get) -> None:
    """Whatever is asked for."""
    served.will("a", refuse(status))
    assert status == get(Range="bytes=5-9")[0]


def test_chunks_have_an_end(served: FaultServer, get: Get) -> None:
    """No size is announced; a body that breaks off is known by it."""
    served.will("a", chunked(), chunked() | truncate(1000))
    _, headers, answer = get()
    assert (None, CONTENT) == (headers["Content-Length"], answer.read())
    with pytest.raises(http.client.IncompleteRead):
        get()[2].read()


@pytest.mark.parametrize("fault", [cut(NOTHING), truncate(NOTHING)])
def test_nothing_may_be_answered(fault: Fault, served: FaultServer, get: Get) -> None:
    """The connection ends before the status."""
    served.will("a", fault)
    with pytest.raises(ConnectionResetError):  # of which RemoteDisconnected is one
        get()
    assert 200 == get()[0]


def test_an_answer_may_wait(served: FaultServer, get: Get) -> None:
    """Even the status comes only when the test says so."""
    served.will("a", stall(NOTHING))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(get)
        assert served.stalled.wait(SECONDS)
        assert not asked.done()
        served.release()
        assert CONTENT == asked.result(10)[2].read()


def test_a_reset_loses_nothing_that_was_sent(served: FaultServer, get: Get) -> None:
    """More than the system's buffers hold arrives before the connection is reset."""
    served.files["a"] = CONTENT * 40
    served.will("a", cut(after=len(CONTENT) * 30))
    _, _, answer = get()
    assert CONTENT * 30 == b"".join(answer.read(len(CONTENT)) for _ in range(30))
    with pytest.raises(ConnectionResetError):
        answer.read(1)


def test_a_whole_body_may_be_followed_by_a_reset(served: FaultServer, get: Get) -> None:
    """Where no size was announced, it cannot be told from a part."""
    served.will("a", sizeless() | cut(after=len(CONTENT)))
    with pytest.raises(ConnectionResetError):
        get()[2].read()


def test_faults_are_joined(served: FaultServer) -> None:
    """What either says; where both say something, what the second does; headers of both."""
    called = [Fault(headers={"A": "1", "B": "1"}, pace=3), Fault(headers={"B": "2"}, after=7)]
    assert Fault(headers={"A": "1", "B": "2"}, pace=3, after=7) == called[0] | called[1]
    assert Fault(after=9, then="cut") == truncate(7) | cut(9)


def test_bytes_are_counted(served: FaultServer, get: Get) -> None:
    """Those of bodies, as many as were sent, of all responses for a path."""
    get()[2].read()
    get(Range="bytes=5-9")[2].read()
    get("HEAD")
    served.will("a", truncate(1000))
    with pytest.raises(http.client.IncompleteRead):
        get()[2].read()
    expected = len(CONTENT) + 5 + 1000
    served.until(lambda: served.sent["a"] >= expected, 10)
    assert {"a": expected} == dict(served.sent)


def test_a_test_waits_for_a_request_or_for_bytes(served: FaultServer, get: Get) -> None:
    """Without looking again and again; in vain for so many seconds and no longer."""
    served.will("a", stall(1000))
    waiting = threading.Thread(target=lambda: get()[2].read())
    waiting.start()
    served.until(lambda: served.paths() == ["a"], 10)
    served.until(lambda: served.sent["a"] == 1000, 10)
    with pytest.raises(TimeoutError, match=r"not within 0.01 s; 1 requests came"):
        served.until(lambda: served.sent["a"] > 1000, 0.01)
    served.release()
    waiting.join(10)
    served.until(lambda: served.sent["a"] == len(CONTENT), 10)


def test_each_connection_has_a_rate(served: FaultServer, get: Get) -> None:
    """Nothing arrives sooner than that allows."""
    served.always = throttle(rate=1e6)
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        assert [CONTENT] * 2 == list(pool.map(lambda _: get()[2].read(), range(2)))
    assert time.monotonic() - started >= len(CONTENT) / 1e6


def test_all_connections_may_share_a_rate(served: FaultServer, get: Get) -> None:
    """Two take twice as long as one."""
    served.rate = 2e6
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        assert [CONTENT] * 2 == list(pool.map(lambda _: get()[2].read(), range(2)))
    assert time.monotonic() - started >= 2 * len(CONTENT) / 2e6


def test_nobody_may_be_there(served: FaultServer, get: Get) -> None:
    """Connections are refused, open ones get no answer; then all is as before."""
    address = urlsplit(served.url("a"))
    with closing(http.client.HTTPConnection(address.netloc, timeout=10)) as kept:
        kept.request("GET", "/a")
        assert CONTENT == kept.getresponse().read()
        served.leave()
        with pytest.raises(ConnectionRefusedError):
            get()
        kept.request("GET", "/a")
        with pytest.raises(http.client.RemoteDisconnected):
            kept.getresponse()
        served.come_back()
        assert served.url("a") == address.geturl()
    assert CONTENT == get()[2].read()
    assert ["a"] * 2 == served.paths()


def test_it_may_leave_when_a_request_comes(served: FaultServer, get: Get) -> None:
    """The response to that one breaks off; the next finds nobody."""
    served.will("a", cut(1000) | Fault(before=served.leave))
    with pytest.raises(ConnectionResetError):
        get()[2].read()
    with pytest.raises(ConnectionRefusedError):
        get()


def test_servers_have_other_names(served: FaultServer, get: Get) -> None:
    """Redirected from one to the other, a client has left the host."""
    with FaultServer("localhost") as other:
        other.files["b"] = b"from there"
        served.will("a", redirect(other.url("b"), 307))
        status, headers, _ = get()
        there = urlsplit(headers["Location"])
        assert (307, "localhost") == (status, there.hostname)
        assert urlsplit(served.url("a")).hostname != there.hostname
        with closing(http.client.HTTPConnection(there.netloc, timeout=10)) as connection:
            connection.request("GET", there.path)
            assert b"from there" == connection.getresponse().read()


def test_many_clients_are_served_at_a_time(served: FaultServer, get: Get) -> None:
    """Each fault happens once, and every request and byte is counted."""
    served.will("a", *[refuse(503)] * 10)

    def ask(_: int) -> int:
        status, _headers, answer = get()
        answer.read()
        return status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(ask, range(64)))
    assert (10, 54, 64) == (statuses.count(503), statuses.count(200), len(served.requests))
    served.until(lambda: served.sent["a"] == 54 * len(CONTENT), 10)


def test_a_client_that_leaves_is_not_sent_the_rest(served: FaultServer) -> None:
    """What is counted ends soon after the connection has."""
    served.files["a"] = CONTENT * 400
    address = urlsplit(served.url("a"))
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        client.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        served.until(lambda: served.sent["a"] > 0, 10)
    with closing(http.client.HTTPConnection(address.netloc, timeout=10)) as connection:
        connection.request("HEAD", "/a")
        connection.getresponse()
    assert served.sent["a"] < len(CONTENT) * 400
