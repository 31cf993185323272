"""Fixtures for all tests: each has a data directory, settings and plugins of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from datamaestro.context import Context
from datamaestro.plugins.registry import forget_plugins
from datamaestro.testing.faults import FaultServer
from support.sshd import MISSING, Sshd, serving_ssh

settings.register_profile("unhurried", deadline=None)  # other work may go on beside the tests
settings.register_profile(
    "repeatable", settings.get_profile("unhurried"), derandomize=True, max_examples=50
)
settings.load_profile(os.environ.get("DATAMAESTRO_TEST_PROFILE", "unhurried"))


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing in or out: no settings of the user's, no plugins of another test."""
    for name in [name for name in os.environ if name.startswith("DATAMAESTRO_")]:
        if not name.startswith("DATAMAESTRO_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATAMAESTRO_DIR", str(tmp_path / "store"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    forget_plugins()
    yield
    forget_plugins()


@pytest.fixture
def heard() -> Iterator[None]:
    """Let the processes of a test hear Ctrl-C, also where this one was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return the data directory, not yet made."""
    return tmp_path / "store"


@pytest.fixture
def context() -> Context:
    """Return a context on the test's data directory."""
    return Context()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder on the path of this process and of those it starts."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    yield folder
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Return a real HTTP server, which does wrong as it is told."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Sshd]:
    """Return what stands in for another computer, reached by ssh, with a home of its own."""
    if MISSING:
        pytest.skip(MISSING)
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with serving_ssh(tmp_path / "there", environment={"PATH": programs}) as running:
        yield running


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for archive and data directory; beside it nothing appears."""
    folder = tmp_path / "inside"
    folder.mkdir()
    before = set(tmp_path.rglob("*"))
    yield folder
    assert before == {path for path in tmp_path.rglob("*") if folder not in path.parents}
    assert not list(Path("/tmp").glob("datamaestro-hostile*"))
    assert not list(Path("/").glob("datamaestro-hostile*"))
