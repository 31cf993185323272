"""Connections, and where redirects may lead."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from datamaestro.settings import insecure_redirects
from datamaestro.version import __version__
from datamaestro_plugins.http.body import let_go
from datamaestro_plugins.http.failures import known_failures, public, transfer_error
from datamaestro_plugins.http.hosts import PORTS, Host, look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests
    import urllib3

USER_AGENT = f"datamaestro/{__version__} (+https://github.com/experimaestro/datamaestro)"

HOSTS, CONNECTIONS = 64, 32
"""Hosts whose connections are kept, and connections of each: more than a run opens at once."""

IDLE = 60.0
"""Seconds after which connections that nobody used are not used again: what is on their way may
have forgotten them, and tells nobody."""

ASIDE = 1 << 16
"""Bytes of a redirect's body that are received, so that its connection can be used again."""


class Session:
    """Sends requests, from any thread; connections and what is known of hosts are kept.

    What is the same for each request of a host requests is asked about once; what there is to a
    redirect or a cookie, when one comes. The request itself is urllib3's.
    """

    def __init__(self) -> None:
        self._hosts: dict[tuple[str, bool], Host] = {}
        self._lock = threading.Lock()
        self._used = time.monotonic()

    def send(
        self, method: str, url: str, headers: Mapping[str, str], timeout: float
    ) -> urllib3.BaseHTTPResponse:
        """Return the answer at the end of all redirects; the body of a GET is not yet received.

        Each host is sent its own credentials, and those of no other.

        Raises:
            TransferError: a redirect leads where none may.
            requests.RequestException, urllib3.exceptions.HTTPError: there is no answer.
        """
        self._refresh()
        prepared, host = self._prepare(method, url, headers)
        carried, trusted = host.carried, True
        is_another: Callable[[str, str], bool] = self._requests.should_strip_auth
        for _ in range(self._requests.max_redirects):
            answer = self._exchange(prepared, host, timeout)
            if not answer.get_redirect_location():
                return answer
            before, after = str(prepared.url), self._redirected(prepared, answer, host)
            _check_redirect(url, before, after)
            trusted = after.startswith("https:") or (trusted and before.startswith("http:"))
            if is_another(before, after):
                carried = None
            # user and password that a server writes into its redirect are not used
            after = re.sub(r"(?<=//)[^/?#]*@", "", after)
            prepared, host = self._prepare(method, after, headers, trusted=trusted)
            if carried:
                prepared.headers.setdefault("Authorization", carried)
        raise transfer_error(url, f"it redirects more than {self._requests.max_redirects} times")

    def host(self, url: str, *, trusted: bool = True) -> Host:
        """Return what is sent to a URL's host; the URL is one that requests has normalised."""
        key = "/".join(url.split("/", 3)[:3]), trusted
        host = self._hosts.get(key)
        if host is None or host.pool.pool is None:  # closed for those of other hosts
            host = self._hosts[key] = look_up(self._requests, f"{key[0]}/", trusted=trusted)
        return host

    def forget(self) -> None:
        """Look everything up again for the next request: the user may have changed it."""
        self._hosts.clear()

    def _refresh(self) -> None:
        """Close the connections where none was asked for anything for long."""
        with self._lock:
            before, self._used = self._used, time.monotonic()
            if self._used - before > IDLE:
                self._requests.close()
                self.forget()

    @cached_property
    def _requests(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        for scheme in PORTS:
            adapter = HTTPAdapter(pool_connections=HOSTS, pool_maxsize=CONNECTIONS)
            session.mount(f"{scheme}://", adapter)
        return session

    def _prepare(
        self, method: str, url: str, headers: Mapping[str, str], *, trusted: bool = True
    ) -> tuple[requests.PreparedRequest, Host]:
        """Return a request that is ready to be sent; only the URL is looked at anew."""
        import requests

        prepared = requests.PreparedRequest()
        prepared.method = method
        prepared.prepare_url(url, None)
        host = self.host(str(prepared.url), trusted=trusted)
        prepared.headers = {**host.headers, **headers}  # type: ignore[assignment]
        if len(self._requests.cookies):
            prepared.prepare_cookies(self._requests.cookies)
        return prepared, host

    def _exchange(
        self, prepared: requests.PreparedRequest, host: Host, timeout: float
    ) -> urllib3.BaseHTTPResponse:
        """Return the answer to a request, be it a redirect; keep its cookies."""
        answer = host.pool.urlopen(
            str(prepared.method),
            host.target(prepared),
            headers=prepared.headers,
            retries=host.adapter.max_retries,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            preload_content=prepared.method == "HEAD",
            decode_content=False,
        )
        answer.url = prepared.url
        if "Set-Cookie" in answer.headers:
            from requests import cookies

            keep: Callable[..., None] = cookies.extract_cookies_to_jar
            keep(self._requests.cookies, prepared, answer)
        return answer

    def _redirected(
        self, prepared: requests.PreparedRequest, answer: urllib3.BaseHTTPResponse, host: Host
    ) -> str:
        """Return where an answer leads, as requests reads it; a short body is received."""
        with suppress(*known_failures()):
            answer.read(ASIDE)
        let_go(answer)
        prepared.prepare_cookies(self._requests.cookies)
        response = host.adapter.build_response(prepared, answer)
        ways = self._requests.resolve_redirects(response, prepared, yield_requests=True)
        return str(next(ways).url)


def _check_redirect(url: str, before: str, after: str) -> None:
    """Refuse a redirect to something else, and one that gives up encryption unless allowed."""
    if not after.startswith(("http://", "https://")):
        raise transfer_error(url, f"it redirects to {public(after)}, which is not on the web")
    if before.startswith("https:") and after.startswith("http:") and not insecure_redirects():
        allowing = "DATAMAESTRO_INSECURE_REDIRECTS=1 allows it"
        raise transfer_error(url, f"it redirects to {public(after)}, unencrypted; {allowing}")
