"""Byte ranges over HTTP, with requests: proxies, certificates and ``~/.netrc`` as it does them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_plugins.http.answers import (
    OK,
    PARTIAL,
    UNSATISFIABLE,
    encoded,
    ends_at,
    facts_of,
    first_byte,
    is_of_another_content,
    refusal,
)
from datamaestro_plugins.http.body import Body, let_go
from datamaestro_plugins.http.failures import fail, known_failures
from datamaestro_plugins.http.session import Session

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import urllib3

HEAD_IS_UNKNOWN = {405, 501}
"""Statuses of servers that know no HEAD."""


class HTTPDownloader:
    """Opens URLs; connections are kept and shared by all threads."""

    def __init__(self) -> None:
        self.session = Session()

    def open(self, request: Request) -> Response:
        """Open a URL at ``request.start``; at 0 where its content has changed.

        Raises:
            TransferError: it cannot be opened.
            ActionNeeded: the server or a proxy asks for credentials.
        """
        wanted = _range(request)
        answer = self._send("GET", request, wanted)
        if request.start and ends_at(answer, request.start):
            let_go(answer)
            facts = Facts(size=request.start, validator=request.validator, ranges=True)
            return Response(facts, lambda buffer: 0, request.start)
        if wanted and _is_no_use(answer, request):
            let_go(answer)
            wanted = {}
            answer = self._send("GET", request, wanted)
        self._accept(answer, request.url, {OK, PARTIAL} if wanted else {OK})
        start = request.start if answer.status == PARTIAL else 0
        body = Body(request.url, answer, encoded=encoded(answer))
        return Response(facts_of(answer), body.readinto, start, body.close, body.comes)

    def probe(self, request: Request) -> Facts:
        """Return what the server tells without sending the content.

        Raises:
            TransferError: it cannot be opened.
            ActionNeeded: the server or a proxy asks for credentials.
        """
        answer = self._send("HEAD", request, {})
        if answer.status in HEAD_IS_UNKNOWN:
            return Facts()
        self._accept(answer, request.url, {OK})
        return facts_of(answer)

    def _send(
        self, method: str, request: Request, wanted: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        try:
            return self.session.send(method, request.url, wanted, request.timeout)
        except known_failures() as error:
            self.session.forget()  # the proxy, say, may be another one next time
            fail(request.url, error)

    def _accept(
        self, answer: urllib3.BaseHTTPResponse, url: str, statuses: Collection[int]
    ) -> None:
        """Raise what a status means that is none of those that are of use."""
        if answer.status not in statuses:
            let_go(answer)
            host = self.session.host(str(answer.url))
            error = refusal(url, answer, host)
            self.session.forget()
            raise error


def _range(request: Request) -> dict[str, str]:
    """Return the headers that ask for a range of bytes; none for the whole."""
    if request.start == 0 and request.stop is None:
        return {}
    last = "" if request.stop is None else request.stop - 1
    headers = {"Range": f"bytes={request.start}-{last}"}
    if request.validator:
        headers["If-Range"] = request.validator
    return headers


def _is_no_use(answer: urllib3.BaseHTTPResponse, request: Request) -> bool:
    """Return whether the whole must be asked for, after a range has been.

    The range may be empty since the content is; or be another than was asked for, or of encoded
    bytes, whose offsets mean nothing; or be of another content, from a server that does not know
    ``If-Range``.
    """
    if answer.status == UNSATISFIABLE:
        return request.start == 0
    return answer.status == PARTIAL and (
        first_byte(answer) != request.start
        or encoded(answer)
        or is_of_another_content(answer, request.validator)
    )
