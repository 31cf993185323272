"""The beginning of a file is asked for once, and politely."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from datamaestro import Context
from datamaestro.authoring.heads import ENOUGH, Head, head_of
from datamaestro.errors import ActionNeeded, OfflineError, TransferError
from datamaestro.testing.faults import (
    Fault,
    FaultServer,
    cut,
    page,
    rangeless,
    redirect,
    refuse,
    sizeless,
    stall,
)

LARGE = bytes(ENOUGH * 40)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Serve two files."""
    with FaultServer() as server:
        server.files |= {"small.csv": b"a,b\n", "large": LARGE, "empty": b""}
        yield server


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Return a context without patience."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")
    monkeypatch.setenv("DATAMAESTRO_TIMEOUT", "1")
    return Context(tmp_path)


@pytest.mark.parametrize("fault", [None, rangeless(), redirect("/moved")])
def test_the_size_is_known(server: FaultServer, context: Context, fault: Fault | None) -> None:
    """Of the whole, whatever servers know of ranges; one request is made, besides redirects."""
    server.files["moved"] = LARGE
    if fault is not None:
        server.will("large", fault)
    head = head_of(server.url("large"), context, "a.b")
    assert (LARGE[:ENOUGH], len(LARGE)) == (head.content, head.size)
    assert 1 == server.paths().count("large")


def test_a_small_file_is_there_whole(server: FaultServer, context: Context) -> None:
    """An empty one, too."""
    assert b"a,b\n" == head_of(server.url("small.csv"), context, "a.b").content
    assert Head(b"", 0) == head_of(server.url("empty"), context, "a.b")


def test_a_size_may_be_unknown(server: FaultServer, context: Context) -> None:
    """Then nobody says it."""
    server.will("small.csv", sizeless())
    assert Head(b"a,b\n", None) == head_of(server.url("small.csv"), context, "a.b")


@pytest.mark.parametrize("fault", [refuse(404), refuse(503), stall(0), redirect("ftp://a.org/")])
def test_what_cannot_be_had_is_told(server: FaultServer, context: Context, fault: Fault) -> None:
    """As for any transfer."""
    server.will("small.csv", fault)
    with pytest.raises(TransferError):
        head_of(server.url("small.csv"), context, "a.b")


def test_credentials_are_asked_for(server: FaultServer, context: Context) -> None:
    """Exit code 7."""
    server.will("small.csv", refuse(401))
    with pytest.raises(ActionNeeded):
        head_of(server.url("small.csv"), context, "a.b")


def test_a_server_that_hesitates_is_asked_again(
    server: FaultServer, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As often as the settings say."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "2")
    monkeypatch.setattr("datamaestro.authoring.heads.time.sleep", lambda seconds: None)
    server.will("small.csv", refuse(503), cut(after=2))
    head = head_of(server.url("small.csv"), Context(context.store.root), "a.b")
    assert b"a,b\n" == head.content


def test_offline_only_what_is_here_is_read(
    server: FaultServer, context: Context, tmp_path: Path
) -> None:
    """Nobody is asked."""
    here = tmp_path / "here"
    here.write_bytes(b"a")
    offline = Context(tmp_path, offline=True)
    assert Head(b"a", 1) == head_of(here.as_uri(), offline, "a.b")
    with pytest.raises(OfflineError):
        head_of(server.url("small.csv"), offline, "a.b")
    assert [] == server.requests


def test_a_mirror_is_asked_first(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``prepare`` does."""
    monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"https://example.org/={server.url('')}")
    head = head_of("https://example.org/small.csv", Context(tmp_path), "a.b")
    assert b"a,b\n" == head.content


def test_a_page_is_told(server: FaultServer, context: Context) -> None:
    """By what the server says, or by what it begins with."""
    server.will("small.csv", page("nothing"))
    assert head_of(server.url("small.csv"), context, "a.b").is_page
    assert Head(b"\n<!DOCTYPE HTML>").is_page
    assert not Head(b"a,b\n", media_type="text/csv").is_page
