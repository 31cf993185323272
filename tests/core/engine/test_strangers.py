"""Strangers' code that misbehaves: the right error, nothing published, and no end of waiting."""

from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import (
    ContentError,
    DatamaestroError,
    DefinitionError,
    PluginError,
    TransferError,
)
from datamaestro_hookspecs.events import Event
from support.distributions import install
from support.repositories import define

HOOKS = """
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.datatypes import DataType
from datamaestro_hookspecs.downloaders import Downloader, Facts, Response
from datamaestro_hookspecs.resolvers import Resolver
from datamaestro_hookspecs.transformers import Transformer
import io

def response(content=b"content", size=None, start=0, count=None):
    stream = io.BytesIO(content)
    read = stream.readinto if count is None else lambda buffer: count
    return Response(Facts(size=size), read, start)

@hookimpl
def datamaestro_downloaders():
    return [Downloader("bad", schemes=("bad",), implementation="bad:Work")]

@hookimpl
def datamaestro_transformers():
    return [Transformer("unbad", "bad:Work", suffixes=(".bad",))]

@hookimpl
def datamaestro_datatypes():
    return [DataType("bad", "datamaestro.data:File", "bad:Work")]

@hookimpl
def datamaestro_resolvers():
    return [Resolver("bad", "bad", "bad:Work")]

class Work:
    def open(self, first, options=None):
        return response()

    def check(self, path):
        pass

    def resolve(self, reference):
        return None
"""


@pytest.fixture(autouse=True)
def few_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up at once."""
    monkeypatch.setenv("DATAMAESTRO_RETRIES", "0")


def strange(site: Path, more: str, url: str = "bad:x", arguments: str = "") -> None:
    """Install a plugin that does something wrong, and a data set that needs it."""
    source = HOOKS + "\n" + "\n".join(f"    {line}" for line in more.splitlines())
    install(site, "bad", {"bad.py": source}, {"datamaestro": {"bad": "bad"}})
    define(
        site,
        f"""
        @filedownloader("a.txt", {url!r}, {arguments})
        @dataset(File)
        def one(a):
            return {{"path": a}}
        """,
    )


def published(store: Path) -> list[Path]:
    return [path for path in (store / "data").rglob("*") if path.is_file()]


OPENS = {
    "return None": PluginError,
    "return response(start=5)": PluginError,
    "return response(count=-1)": PluginError,
    "return response(count=1 << 40)": PluginError,
    "return response(size=3)": TransferError,
    "return response(size=30)": TransferError,
    "raise ConnectionResetError(104, 'reset')": TransferError,
    "raise KeyError('x')": PluginError,
    "raise SystemExit(0)": PluginError,
}


@pytest.mark.parametrize("body", OPENS)
def test_a_downloader_that_misbehaves(body: str, site: Path, store: Path) -> None:
    """Whatever it raises or gives is told as what it is."""
    strange(site, f"def open(self, request):\n    {body}")
    with pytest.raises(DatamaestroError) as caught:
        Context().prepare("org.example.one")
    assert OPENS[body] is type(caught.value)
    assert [] == published(store)


def test_a_stream_that_cannot_say_whether_more_comes(site: Path, store: Path) -> None:
    """It is as broken as one that cannot be read."""
    body = """def open(self, request):
        def comes(seconds): raise KeyError("x")
        stream = io.BytesIO(b"content")
        return Response(Facts(7), lambda buffer: stream.readinto(buffer[:3]), comes=comes)"""
    strange(site, body)
    with pytest.raises(TransferError, match="the connection broke: 'x'"):
        Context().prepare("org.example.one")
    assert [] == published(store)


def test_a_downloader_that_misbehaves_is_not_the_only_one(site: Path, tmp_path: Path) -> None:
    """The next address is tried, as after any other failure."""
    (tmp_path / "x").write_text("content")
    more = f"urls=['unheard-of:x', 'file://{tmp_path}/x']"
    strange(site, "def open(self, request):\n    raise KeyError", arguments=more)
    assert "content" == Context().prepare("org.example.one").path.read_text()


@pytest.mark.parametrize(
    "result", ["None", "io.StringIO('x')", "Nothing()", "exit()", "raised(KeyError)"]
)
def test_a_transformer_that_misbehaves(
    result: str, site: Path, store: Path, tmp_path: Path
) -> None:
    """Its result is not a stream, or never ends, or it raises."""
    (tmp_path / "x.bad").write_text("content")
    more = f"""def open(self, stream, options):
    class Nothing(io.RawIOBase):
        def readable(self): return True
        def readinto(self, buffer): return None
    def raised(kind): raise kind
    return {result}"""
    strange(site, more, url=f"file://{tmp_path}/x.bad")
    with pytest.raises(ContentError, match="unbad fails"):
        Context().prepare("org.example.one")
    assert [] == published(store)


def test_a_check_that_misbehaves(site: Path, store: Path, tmp_path: Path) -> None:
    """What raises while a file is checked keeps it from being published."""
    (tmp_path / "x").write_text("content")
    strange(site, "def check(self, path):\n    raise KeyError(3)", url=f"file://{tmp_path}/x")
    with pytest.raises(ContentError, match="gave something else"):
        Context().prepare("org.example.one")
    assert [] == published(store)


@pytest.mark.parametrize("body", ["return None", "return 'x'", "raise KeyError(3)"])
def test_a_resolver_that_misbehaves(body: str, site: Path) -> None:
    """It is the plugin that is broken, not the reference."""
    strange(site, f"def resolve(self, reference):\n    {body}")
    with pytest.raises(PluginError, match="the resolver of bad: fails"):
        Context().dataset("bad:x")


def test_a_listener_that_leaves(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is warned about, and the work goes on."""
    strange(site, "pass")
    hook = """
        from datamaestro_hookspecs import hookimpl

        @hookimpl
        def datamaestro_event(event):
            raise SystemExit(0)
        """
    install(site, "deaf", {"deaf.py": hook}, {"datamaestro": {"deaf": "deaf"}})
    assert "content" == Context().prepare("org.example.one").path.read_text()
    assert 1 == caplog.text.count("plugin deaf of deaf 1.0 does not work: SystemExit: 0")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("output.symlink_to(raw)", "did not write the file"),
        ("output.mkdir()", "did not write the file"),
    ],
)
def test_a_function_that_misbehaves(
    body: str, message: str, site: Path, store: Path, tmp_path: Path
) -> None:
    """Neither leaves the process nor publishes what is no file."""
    (tmp_path / "raw").write_text("content")
    define(
        site,
        f"""
        def work(output, raw):
            {body}

        @dataset()
        class One(Dataset):
            RAW = FileDownloader("raw.txt", "file://{tmp_path}/raw", transient=True)
            MADE = DerivedFile("made.txt", work, RAW)

            def config(self) -> File:
                return File(path=self.MADE.path)
        """,
    )
    with pytest.raises(DefinitionError, match=message):
        Context().prepare("org.example.one")
    assert [store / "data/test/org/example/one/raw.txt"] == published(store)


def test_a_name_that_leads_elsewhere_stays_a_name(site: Path, store: Path, tmp_path: Path) -> None:
    """What a resource is called says nothing about where it goes."""
    (tmp_path / "x").write_text("content")
    define(
        site,
        f"""
        @dataset()
        class One(Dataset):
            A = FileDownloader("a.txt", "file://{tmp_path}/x", varname="/../../../escaped")

            def config(self) -> File:
                return File(path=self.A.path)
        """,
    )
    before = set(tmp_path.iterdir())
    Context().prepare("org.example.one")
    assert {store} == set(tmp_path.iterdir()) - before


def test_events_tell_each_failure(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try that fails ends with a reason, whatever the reason."""
    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.events import TransferEnded

    strange(site, "def open(self, request):\n    raise KeyError(3)")
    told: list[Event] = []
    monkeypatch.setattr(Plugins, "send", lambda self, event: told.append(event))
    with pytest.raises(PluginError):
        Context().prepare("org.example.one")
    (ended,) = [event for event in told if isinstance(event, TransferEnded)]
    assert "KeyError" in ended.error
