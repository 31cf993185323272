"""The server that misbehaves does so as it is told, and only then."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from datamaestro.testing.faults import (
    Fault,
    FaultServer,
    cut,
    lie,
    page,
    rangeless,
    redirect,
    refuse,
    sizeless,
    slow,
    stall,
    truncate,
)

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

        def ask(**headers: str) -> Answer:
            address = urlsplit(served.url("a")).netloc
            connection = opened.enter_context(
                closing(http.client.HTTPConnection(address, timeout=10))
            )
            connection.request("GET", "/a", headers=headers)
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
    assert served.stalled.wait(10)
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


def test_content_may_change_when_a_request_comes(served: FaultServer, get: Get) -> None:
    """``before`` is called first, so that validators and bytes change between two requests."""
    old = get()[1]["ETag"]
    served.will("a", Fault(before=lambda: served.files.update(a=b"new")))
    _, headers, answer = get(Range="bytes=1-", **{"If-Range": old})
    assert b"new" == answer.read()
    assert old != headers["ETag"]
