"""How many connections a host has at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from datamaestro.engine import hosts as module
from datamaestro.engine.hosts import Hosts, host_of
from datamaestro.engine.run import Cancelled

HOST = "a.org"


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """Return hosts of which each may have two connections; one has them."""
    monkeypatch.setattr(module, "MOST", 2)
    hosts = Hosts()
    for _ in range(2):
        assert not hosts.is_full(HOST)
        hosts.wait_for_one(HOST, never)
    return hosts


def never() -> None:
    pytest.fail("waited")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.org/x", "a.org"),
        ("https://user:p@ss@a.org/x", "a.org"),
        ("http://a.org:8080/x", "a.org:8080"),
        ("file:///x", ""),
        ("http://[::1]:80/x", "[::1]:80"),
    ],
)
def test_hosts_are_told_apart(url: str, host: str) -> None:
    """By name and port; neither case nor who asks makes another host."""
    assert host == host_of(url)


def test_a_host_that_is_full_is_waited_for(hosts: Hosts) -> None:
    """Who waits is let in when another leaves, and not before."""
    assert hosts.is_full(HOST)
    looked = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(hosts.wait_for_one, HOST, looked.set)
        assert looked.wait(60)
        assert not waiting.done()
        hosts.release(HOST)
        assert None is waiting.result(60)
    assert hosts.is_full(HOST)


def test_never_more_than_allowed_are_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many that come at once have the host one after the other."""
    monkeypatch.setattr(module, "MOST", 3)
    hosts, lock = Hosts(), threading.Lock()
    now = most = 0

    def visit(_: int) -> None:
        nonlocal now, most
        hosts.wait_for_one(HOST, lambda: None)
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            now -= 1
        hosts.release(HOST)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(200)))
    assert (0, True) == (now, most <= 3)
    assert not hosts.is_full(HOST)


def test_other_hosts_do_not_wait(hosts: Hosts) -> None:
    """Each is counted by itself."""
    assert not hosts.is_full("b.org")
    hosts.wait_for_one("b.org", never)


def test_who_is_stopped_does_not_wait_any_longer(hosts: Hosts) -> None:
    """And takes nobody's place."""

    def stop() -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        hosts.wait_for_one(HOST, stop)
    hosts.release(HOST)
    hosts.wait_for_one(HOST, never)
