"""Who is sent which credentials over HTTP, and that nobody else sees them."""

from __future__ import annotations

import base64
import logging
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from datamaestro.errors import ActionNeeded, DatamaestroError, TransferError, UsageError
from datamaestro.settings import config_path
from datamaestro.testing.faults import FaultServer, redirect, refuse
from datamaestro_hookspecs.downloaders import Request
from datamaestro_plugins.http.downloader import HTTPDownloader

SECRET = "s3cr3t"


def configure(text: str) -> None:
    """Write ``config.toml``."""
    config_path().parent.mkdir(parents=True, exist_ok=True)
    config_path().write_text(text)


def netrc(host: str, password: str) -> None:
    """Write ``~/.netrc``."""
    path = Path("~/.netrc").expanduser()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"machine {host} login me password {password}\n")
    path.chmod(0o600)


def basic(password: str, user: str = "me") -> str:
    """Return how user and password are sent."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def name_of(server: FaultServer) -> str:
    """Return host and port of a server."""
    return server.url("").split("/")[2]


def with_user(url: str, user: str) -> str:
    """Return a URL with user and password."""
    return url.replace("//", f"//{user}@")


def sent(server: FaultServer, name: str = "Authorization") -> list[str | None]:
    """Return a header of all requests that came."""
    return [request.headers.get(name) for request in server.requests]


def fetch(url: str) -> None:
    """Open a URL, with a downloader that has not opened any."""
    HTTPDownloader().open(Request(url, timeout=20)).close()


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Return a server at another host."""
    monkeypatch.setenv("no_proxy", "*")
    with FaultServer("localhost") as running:
        yield running


def test_a_host_is_sent_what_the_settings_say(server: FaultServer) -> None:
    """A token, headers, or both."""
    server.files["a"] = b"x"
    configure(f'[hosts."{name_of(server)}"]\ntoken = "{SECRET}"\nheaders = {{ X-Key = "k" }}\n')
    fetch(server.url("a"))
    assert ([f"Bearer {SECRET}"], ["k"]) == (sent(server), sent(server, "X-Key"))


def test_a_token_may_stand_in_the_environment(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes before the file; other headers are still sent."""
    server.files["a"] = b"x"
    configure('[hosts."127.0.0.1"]\ntoken = "old"\nheaders = { X-Key = "k" }\n')
    monkeypatch.setenv("DATAMAESTRO_TOKEN_127_0_0_1", SECRET)
    fetch(server.url("a"))
    assert ([f"Bearer {SECRET}"], ["k"]) == (sent(server), sent(server, "X-Key"))


def test_headers_are_sent_as_they_are_written(server: FaultServer) -> None:
    """Some servers know no other spelling."""
    server.files["a"] = b"x"
    configure('[hosts."127.0.0.1"]\nheaders = { X-API-key = "k" }')
    fetch(server.url("a"))
    assert "X-API-key" in list(server.requests[0].headers)


def test_another_host_is_sent_nothing(server: FaultServer) -> None:
    """Names must be equal: neither a part of a name nor another port will do."""
    server.files["a"] = b"x"
    configure('[hosts."0.0.1"]\ntoken = "a"\n[hosts."127.0.0.1:1"]\ntoken = "b"\n')
    fetch(server.url("a"))
    assert [None] == sent(server)


def test_netrc_is_used_where_the_settings_say_nothing(server: FaultServer) -> None:
    """As by other tools; settings go before it, and it before the URL, as requests has it."""
    server.files["a"] = b"x"
    netrc("127.0.0.1", "from-netrc")
    fetch(server.url("a"))
    fetch(with_user(server.url("a"), "me:from-url"))
    configure(f'[hosts."127.0.0.1"]\ntoken = "{SECRET}"')
    fetch(server.url("a"))
    fetch(with_user(server.url("a"), "me:from-url"))
    configure('[hosts."127.0.0.1"]\nheaders = { X-Key = "k" }')
    fetch(server.url("a"))
    expected = [*[basic("from-netrc")] * 2, *[f"Bearer {SECRET}"] * 2, None]
    assert expected == sent(server)


def test_user_and_password_may_stand_in_the_url(server: FaultServer) -> None:
    """Percent-encoded, as in any URL."""
    server.files["a"] = b"x"
    fetch(with_user(server.url("a"), "me:p%2F%40%23"))
    assert [basic("p/@#")] == sent(server)


def test_a_redirect_to_another_host_takes_no_credentials_along(
    server: FaultServer, other: FaultServer
) -> None:
    """Neither tokens nor headers of any name."""
    other.files["b"] = b"x"
    server.will("a", redirect(other.url("b")))
    configure(f'[hosts."127.0.0.1"]\ntoken = "{SECRET}"\nheaders = {{ X-Key = "{SECRET}" }}\n')
    fetch(server.url("a"))
    assert [f"Bearer {SECRET}"] == sent(server)
    assert SECRET not in str(other.requests)


@pytest.mark.parametrize("where", ["config.toml", "netrc"])
def test_a_redirect_to_another_host_brings_that_hosts_own(
    where: str, server: FaultServer, other: FaultServer
) -> None:
    """As if it had been asked first."""
    other.files["b"] = b"x"
    server.will("a", redirect(other.url("b")))
    if where == "netrc":
        netrc("localhost", "own")
    else:
        configure('[hosts.localhost]\ntoken = "own"\n')
    fetch(server.url("a"))
    assert [None] == sent(server)
    assert [basic("own") if where == "netrc" else "Bearer own"] == sent(other)


def test_the_urls_password_stays_with_its_host(server: FaultServer, other: FaultServer) -> None:
    """Redirected by the host to itself, it is sent again, at any step; elsewhere it is not."""
    other.files["d"] = b"x"
    server.will("a", redirect("/b"))
    server.will("b", redirect(server.url("c")))
    server.will("c", redirect(other.url("d")))
    fetch(with_user(server.url("a"), f"me:{SECRET}"))
    assert [basic(SECRET)] * 3 == sent(server)
    assert [None] == sent(other)


def test_a_password_that_a_redirect_brings_is_not_used(
    server: FaultServer, other: FaultServer
) -> None:
    """It is not the user's."""
    other.files["b"] = b"x"
    server.will("a", redirect(with_user(other.url("b"), "not:mine")))
    fetch(server.url("a"))
    assert [None] == sent(other)


def test_a_part_is_asked_for_at_the_end_of_a_redirect(
    server: FaultServer, other: FaultServer
) -> None:
    """Range and condition go along."""
    other.files["b"] = b"0123456789"
    server.will("a", redirect(other.url("b"), 307))
    response = HTTPDownloader().open(Request(server.url("a"), start=3, stop=5))
    response.close()
    assert 3 == response.start


def test_redirects_in_a_circle_end(server: FaultServer) -> None:
    """Another try would go round again."""
    server.always = redirect("/a")
    with pytest.raises(TransferError, match="redirects more than") as caught:
        fetch(server.url("a"))
    assert not caught.value.retry


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://me:pw@h/x", "data:text/plain,x"])
def test_a_redirect_leads_nowhere_but_to_the_web(target: str, server: FaultServer) -> None:
    """Least of all to files of this computer."""
    server.will("a", redirect(target))
    with pytest.raises(TransferError, match="not on the web") as caught:
        fetch(server.url("a"))
    assert not caught.value.retry
    assert "pw" not in str(caught.value)


def test_a_server_that_wants_credentials_needs_a_person(server: FaultServer) -> None:
    """The hint says where they may be put; then they are taken, by the same downloader."""
    server.files["a"] = b"x"
    server.will("a", refuse(401))
    downloader, request = HTTPDownloader(), Request(server.url("a"))
    with pytest.raises(ActionNeeded, match="asks for credentials") as caught:
        downloader.open(request)
    table = f'[hosts."{name_of(server)}"]'
    assert {True} == {each in caught.value.hint for each in ("~/.netrc", table, str(config_path()))}
    configure(f'{table}\ntoken = "{SECRET}"\n')
    downloader.open(request).close()
    assert [None, f"Bearer {SECRET}"] == sent(server)


def test_a_host_is_looked_up_once(server: FaultServer) -> None:
    """A thousand small files cost no more than one where settings are read."""
    server.files["a"] = b"x"
    configure(f'[hosts."127.0.0.1"]\ntoken = "{SECRET}"\n')
    downloader, request = HTTPDownloader(), Request(server.url("a"))
    downloader.open(request).close()
    config_path().unlink()
    downloader.open(request).close()
    assert [f"Bearer {SECRET}"] * 2 == sent(server)


def test_who_forbids_may_want_credentials(server: FaultServer) -> None:
    """That is said where none were sent."""
    server.always = refuse(403)
    with pytest.raises(TransferError, match=r"403.*may want credentials"):
        fetch(server.url("a"))
    netrc("127.0.0.1", SECRET)
    with pytest.raises(TransferError, match="403") as caught:
        fetch(server.url("a"))
    assert "credentials" not in str(caught.value)


class Proxy(BaseHTTPRequestHandler):
    """Wants credentials, whatever it is asked for."""

    def do_GET(self) -> None:
        self.send_error(407)

    def do_CONNECT(self) -> None:
        self.send_error(407)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[str]:
    """Return the URL of a proxy, with a password that it does not accept."""
    with HTTPServer(("127.0.0.1", 0), Proxy) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://me:{SECRET}@127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_credentials_needs_a_person(
    scheme: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is asked for a page or for a connection."""
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    with pytest.raises(ActionNeeded, match="proxy asks for credentials") as caught:
        fetch(f"{scheme}://data.example.org/a")
    assert SECRET not in everything_about(caught.value)


def everything_about(error: BaseException) -> str:
    """Return what may be shown of an error, with its causes."""
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("mark", ["/", "#", "@", "?", " ", "%2F", ""])
@pytest.mark.parametrize("user", ["me:qx7", "localhost:9"], ids=["", "as if it were a port"])
@pytest.mark.parametrize("path", ["a", "a@b", "redirected"])
def test_a_password_is_never_shown(
    mark: str,
    user: str,
    path: str,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither in messages nor in their causes, also where it should have been percent-encoded."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("no_proxy", "*")
    server.will("redirected", redirect("ftp://elsewhere/"))
    request = Request(with_user(server.url(path), f"{user}{mark}vw8"), timeout=5)
    with pytest.raises(DatamaestroError) as caught:
        HTTPDownloader().open(request)
    for shown in (everything_about(caught.value), caplog.text, repr(caught.value)):
        assert (False, False) == ("qx7" in shown, "vw8" in shown)
    assert "vw8" not in repr(Request("http://me:vw8@example.org/"))


@pytest.mark.parametrize("mark", ["/", "#", "@", "?", ""])
def test_a_proxys_password_is_never_shown(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where requests cannot read its URL, and says so."""
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", f"http://me:qx7{mark}vw8@127.0.0.1:9/")
    with pytest.raises(TransferError) as caught:
        fetch("http://data.example.org/a")
    shown = everything_about(caught.value)
    assert (False, False) == ("qx7" in shown, "vw8" in shown)


def test_a_mistake_in_the_settings_shows_no_secret(server: FaultServer) -> None:
    """And is not put down to the server."""
    configure(f'[hosts."127.0.0.1"]\ntoken = "two words {SECRET}"\n')
    with pytest.raises(UsageError) as caught:
        fetch(server.url("a"))
    assert SECRET not in everything_about(caught.value)


def test_a_password_that_no_header_can_have_is_told(server: FaultServer) -> None:
    """At once, since another try would say the same; the password is not."""
    server.files["a"] = b"x"
    netrc("127.0.0.1", f"{SECRET}→")
    with pytest.raises(TransferError, match="a header cannot be sent") as caught:
        HTTPDownloader().open(Request(server.url("a")))
    assert (False, False, []) == (caught.value.retry, SECRET in str(caught.value), server.requests)


def test_a_host_is_met_again_after_very_many_others(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connections have been closed meanwhile, for those of the others."""
    monkeypatch.setattr("datamaestro_plugins.http.session.HOSTS", 1)
    server.files["a"] = b"x"
    other = server.url("a").replace("127.0.0.1", "localhost")
    downloader = HTTPDownloader()
    for url in (server.url("a"), other, server.url("a"), other):
        downloader.open(Request(url)).close()
    hosts = [str(host).partition(":")[0] for host in sent(server, "Host")]
    assert ["127.0.0.1", "localhost"] * 2 == hosts


def test_what_is_kept_of_a_host_shows_no_secret(server: FaultServer) -> None:
    """Printed by chance, it tells the host's name."""
    server.files["a"] = b"x"
    configure(f'[hosts."127.0.0.1"]\ntoken = "{SECRET}"\n')
    downloader = HTTPDownloader()
    downloader.open(Request(server.url("a"))).close()
    host = downloader.session.host(server.url("a"))
    assert (True, False) == (name_of(server) in repr(host), SECRET in repr(host))
