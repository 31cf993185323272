"""What is sent to a host, and how: looked up once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import field, frozen

from datamaestro.settings.credentials import host_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

PORTS = {"http": 80, "https": 443}


@frozen
class Host:
    """A host, as far as it is the same for all requests.

    Args:
        name: with its port.
        headers: of each request, with credentials.
        options: of sending: proxies and certificates.
        credentials: whether there are any among the headers.
        carried: the credentials that the URL itself brings; such go along when the host redirects
            to itself.
        adapter: that requests would send with.
        pool: the connections to the host, or to the proxy before it.
        direct: whether there is no proxy.
    """

    name: str
    headers: Mapping[str, str] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    credentials: bool
    carried: str | None = field(repr=False)
    adapter: HTTPAdapter = field(repr=False)
    pool: urllib3.HTTPConnectionPool = field(repr=False)
    direct: bool

    def target(self, prepared: requests.PreparedRequest) -> str:
        """Return what a request asks for: a path, or the whole URL from a proxy that reads it."""
        if self.direct:
            return prepared.path_url
        target: str = self.adapter.request_url(prepared, self.options["proxies"])
        return target


def look_up(session: requests.Session, url: str, *, trusted: bool) -> Host:
    """Return what is sent to the host of a URL.

    Credentials are what the settings say for the host, else what ``~/.netrc`` says, else user and
    password in the URL. Proxies and certificates are what requests finds in the environment.

    Args:
        session: with the headers that all hosts are sent.
        url: as requests has normalised it.
        trusted: whether credentials may be sent.

    Raises:
        UsageError: the settings cannot be understood.
        requests.RequestException, OSError: proxy or certificates are of no use.
    """
    import requests
    from requests.utils import get_netrc_auth, select_proxy

    from datamaestro_plugins.http.connections import wait_for_final_answers

    parts = urlsplit(url)
    name = parts.netloc.rpartition("@")[2]
    if parts.port is None:
        name += f":{PORTS.get(parts.scheme, 0)}"
    own = host_headers(name) if trusted else {}
    # without a user: before requests 2.32.4, one could pass for the host
    netrc = None if own else get_netrc_auth(f"{parts.scheme}://{name}/")
    silent = not trusted or "Authorization" in own
    headers = {**{key: str(value) for key, value in session.headers.items()}, **own}
    auth = _add_nothing if silent else netrc
    prepared = requests.Request("GET", url, headers=headers, auth=auth).prepare()
    options: Mapping[str, Any] = session.merge_environment_settings(url, {}, None, None, None)
    proxies, verify, cert = (options[key] for key in ("proxies", "verify", "cert"))
    adapter: Any = session.get_adapter(url)
    pool = adapter.get_connection_with_tls_context(prepared, verify, proxies, cert)
    adapter.cert_verify(pool, url, verify, cert)
    wait_for_final_answers(pool)
    return Host(
        name=name,
        headers=dict(prepared.headers.items()),
        options={"proxies": proxies, "verify": verify, "cert": cert},
        credentials=bool(own) or "Authorization" in prepared.headers,
        carried=None if silent or netrc else prepared.headers.get("Authorization"),
        adapter=adapter,
        pool=pool,
        direct=select_proxy(url, proxies) is None,
    )


def _add_nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Be a way to authenticate that adds no header, whatever the URL says."""
    return request
