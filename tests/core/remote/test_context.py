"""The data directory of another computer, in Python."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import datamaestro
from datamaestro import Context
from datamaestro.data import File
from datamaestro.data.image import IDXImage, LabelledImages
from datamaestro.errors import (
    ActionNeeded,
    DatamaestroError,
    DatasetNotFound,
    HostError,
    UsageError,
    VariantError,
)
from datamaestro.remote.context import RemoteContext
from datamaestro.testing.faults import FaultServer, stall
from support.near import NEAR, install_near
from support.repositories import define
from support.waiting import SECONDS

ID = "org.example.colours"
DIGITS = "edu.uci.optdigits"
FAMILY = """
@filedownloader("a.txt", "http://127.0.0.1:9/a.txt")
@dataset(Own, variants=AxesVariants(shade=Axis(["light", "dark"], default="light")))
def colours(a, *, shade):
    return Own(path=a, shade=shade)
"""
OWN = """
from attrs import define
from datamaestro.variants import AxesVariants, Axis

@define(slots=False, kw_only=True, eq=False)
class Own(File):
    shade: str
"""


@pytest.fixture
def home(site: Path, tmp_path: Path) -> Path:
    """Return the home directory on another computer."""
    install_near(site, tmp_path / "far", str(tmp_path / "theirs"))
    return tmp_path / "far"


@pytest.fixture
def there(home: Path) -> Iterator[RemoteContext]:
    """Return the data directory of another computer."""
    with Context.remote(NEAR) as context:
        yield context


def test_data_are_prepared_there(there: RemoteContext, home: Path, store: Path) -> None:
    """The object has its type, and the paths of that computer; nothing is made here."""
    assert not there.is_prepared(DIGITS)
    data = there.prepare(DIGITS)
    assert isinstance(data, LabelledImages)
    assert isinstance(data.images, IDXImage)
    assert home / "datamaestro/data/demo/edu/uci/optdigits/images.idx" == data.images.path
    assert data.images.path.is_file()
    assert f"{DIGITS}.images@demo" == data.images.id
    assert there.is_prepared(data.images)
    assert home / "datamaestro/data" == there.datapath
    assert not store.exists()


def test_what_is_not_here_is_to_be_pulled(there: RemoteContext) -> None:
    """Reading it is an error that says where it is, and how it comes here."""
    data = there.prepare(DIGITS, download=False)
    with pytest.raises(DatamaestroError) as caught:
        data.images.data()
    assert "it is on near://; to have it here: datamaestro pull" in caught.value.hint


def test_a_definition_does_there_what_it_does(there: RemoteContext, store: Path) -> None:
    """What is declared is known here; its files are brought to that computer."""
    definition = there.dataset(DIGITS)
    assert f"{DIGITS}@demo" == definition.identity
    assert definition.card == Context().dataset(DIGITS).card
    assert not definition.is_prepared()
    assert definition.download()
    assert definition.is_prepared()
    assert definition.prepare().images.path.is_file()
    part = there.dataset(f"{DIGITS}.images")
    assert isinstance(part.prepare(), IDXImage)
    part.prepare().download()
    assert not store.exists()


def test_searches_find_what_is_there(there: RemoteContext) -> None:
    """In the form that they have here."""
    assert datamaestro.search("digits") == there.search("digits")
    assert datamaestro.search(limit=1, sort="id") == there.search(limit=1, sort="id")


@pytest.mark.parametrize(
    ("reference", "kind"),
    [("no.such", DatasetNotFound), ("a b", UsageError), (3, UsageError), ("", UsageError)],
)
def test_errors_are_those_of_there(
    there: RemoteContext, reference: object, kind: type[DatamaestroError]
) -> None:
    """They have their class; what was asked before and after them is answered."""
    with pytest.raises(kind) as caught:
        there.dataset(reference)
    assert kind is type(caught.value)
    assert f"{DIGITS}@demo" == there.dataset(DIGITS).identity


def test_another_data_directory_may_be_named(home: Path) -> None:
    """As a path there."""
    with Context.remote(NEAR, datapath="~/other") as there:
        assert home / "other/data" in there.prepare(DIGITS).images.path.parents


def test_a_connection_that_is_lost_is_an_error_once(home: Path, tmp_path: Path) -> None:
    """What is asked next is asked over a new one."""
    login = tmp_path / "login"
    login.write_text('echo $$ >pid\nexec "$@"\n')
    with Context.remote(f"{NEAR}{login}") as there:
        subprocess.run(["kill", "-9", (home / "pid").read_text().strip()], check=True)
        with pytest.raises(HostError):
            there.dataset(DIGITS)
        assert f"{DIGITS}@demo" == there.dataset(DIGITS).identity


def test_nothing_is_asked_for_after_the_end(home: Path) -> None:
    """A connection that was ended is not made again, unless it is begun again."""
    with Context.remote(NEAR) as there:
        assert f"{DIGITS}@demo" == there.dataset(DIGITS).identity
    with pytest.raises(UsageError, match="after the end of the with block"):
        there.dataset(DIGITS)
    with there:
        assert f"{DIGITS}@demo" == there.dataset(DIGITS).identity


def test_without_datamaestro_there_is_none(home: Path) -> None:
    """The error is that of the command."""
    with pytest.raises(ActionNeeded, match=r"does not start there: .*/no/such/python"):
        Context.remote(NEAR, "/no/such/python")


def test_data_sets_that_are_only_there_have_the_types_that_are_here(
    home: Path, tmp_path: Path
) -> None:
    """A type of a package that is missing here is one of its ancestor, with its fields."""
    define(tmp_path / "theirs", OWN + FAMILY)
    with Context.remote(NEAR) as there:
        data = there.prepare(f"{ID}[shade=dark]", download=False)
        assert isinstance(data, File)
        assert ("Own", "dark") == (type(data).__name__, getattr(data, "shade", None))
        assert f"{ID}[shade=dark]@test" == data.id
        assert data.id == there.prepare(ID, variant={"shade": "dark"}, download=False).id
        assert ["light", "dark"] == [one["shade"] for one in there.dataset(ID).variants.enumerate()]
        with pytest.raises(VariantError, match="near://"):
            there.prepare(ID, variant={"shade": "green"})


ODD = """
import json, sys
from datamaestro.remote.frames import Frames, greet
greet(sys.stdout.buffer)
frames = Frames(sys.stdin.buffer, sys.stdout.buffer)
for answer in json.loads(sys.argv[1]):
    frames.next()
    frames.tell(answer)
"""


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [{}],
        [{"done": {}}],
        [{"done": {"directory": 3}}],
        [{"done": {"directory": "/"}}, {}, {"done": []}],
        [{"done": {"directory": "/"}}, {}, {"done": {"description": {}, "chosen": 1, "part": ""}}],
        [{"error": 1}],
        [{"error": "UsageError", "message": None, "facts": [1]}],
    ],
)
def test_what_cannot_be_understood_is_an_error(
    answers: list[object], home: Path, tmp_path: Path
) -> None:
    """Whatever another computer says, it is one line."""
    program, login = tmp_path / "odd.py", tmp_path / "login"
    program.write_text(ODD)
    words = shlex.join([sys.executable, str(program), json.dumps(answers)])
    login.write_text(f"PYTHONPATH= exec {words}\n")
    with pytest.raises(DatamaestroError) as caught, Context.remote(f"{NEAR}{login}") as there:
        there.dataset(DIGITS)
    assert 1 == len(str(caught.value).splitlines())


@pytest.mark.usefixtures("heard")
def test_who_stops_waiting_stops_the_work(server: FaultServer, home: Path, tmp_path: Path) -> None:
    """As by Ctrl-C; what is asked next is asked over a new connection."""
    server.files["a.txt"] = b"content"
    server.will("a.txt", stall(after=3))
    definition = f"""
        @filedownloader("a.txt", {server.url("a.txt")!r})
        @dataset(File)
        def colours(a):
            return File(path=a)
    """
    define(tmp_path / "theirs", definition)

    def stop() -> None:
        server.stalled.wait(SECONDS)
        os.kill(os.getpid(), signal.SIGINT)

    with Context.remote(NEAR) as there, ThreadPoolExecutor() as pool:
        pool.submit(stop)
        with pytest.raises(KeyboardInterrupt):
            there.prepare(ID)
        assert not there.is_prepared(ID)
        assert (there.prepare(ID).path).read_bytes() == b"content"
