"""Connections that pass over what servers say before they answer, such as 103 (early hints)."""

from __future__ import annotations

import http
import http.client
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import urllib3

MOST = 20
"""Of so many answers none is final: whoever sends more never answers."""


class Answer(http.client.HTTPResponse):
    """The final answer to a request (RFC 9110, 15.2); the base class passes over 100 alone."""

    def begin(self) -> None:
        """Read status and headers."""
        super().begin()
        for _ in range(MOST):
            if self.status < http.HTTPStatus.CONTINUE or self.status >= http.HTTPStatus.OK:
                return
            if self.status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()


@cache
def _patient(kind: type) -> type:
    """Return a class of connections whose answers are final."""
    return type(kind.__name__, (kind,), {"response_class": Answer})


def wait_for_final_answers(pool: urllib3.HTTPConnectionPool) -> None:
    """Let the connections of a pool, which has none yet, pass over all other answers."""
    if getattr(pool.ConnectionCls, "response_class", None) is not Answer:
        pool.ConnectionCls = _patient(pool.ConnectionCls)
