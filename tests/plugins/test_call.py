"""Functions of a definition's author, at work on a stream."""

import io
from pathlib import Path

import pytest

from datamaestro.context import Context
from datamaestro.errors import ContentError, DefinitionError
from datamaestro.plugins.registry import plugins
from datamaestro.testing import TransformerContract
from datamaestro_hookspecs.streams import BlockStream
from datamaestro_plugins import call
from support.repositories import define

NAME = __name__


def upper(stream: io.BufferedIOBase) -> BlockStream:
    return BlockStream(block.upper() for block in iter(lambda: stream.read(3), b""))


class Upper:
    """One that is made for each stream."""

    def __call__(self, stream: io.BufferedIOBase) -> io.BytesIO:
        return io.BytesIO(stream.read().upper())

    @staticmethod
    def inside(stream: io.BufferedIOBase) -> io.BytesIO:
        return io.BytesIO(stream.read() + b"!")


def nothing(stream: io.BufferedIOBase) -> None:
    return None


def text(stream: io.BufferedIOBase) -> io.StringIO:
    return io.StringIO()


number = 3
nameless = lambda stream: stream  # noqa: E731


class TestCall(TransformerContract):
    record = call.datamaestro_transformers()[0]
    pairs = ((b"some words", b"SOME WORDS"), (b"", b""))
    options = {"function": f"{NAME}:upper"}  # noqa: RUF012

    def cuts(self, encoded: bytes) -> tuple[bytes, ...]:
        return ()


class TestCallOfAClass(TestCall):
    options = {"function": f"{NAME}:Upper"}  # noqa: RUF012


def called(name: str, content: bytes = b"some words") -> bytes:
    """Return what becomes of some bytes."""
    _, work = plugins().transformer("call")
    stream = work.open(io.BufferedReader(io.BytesIO(content)), {"function": name})
    return stream.read() or b""


def test_a_function_may_stand_in_a_class() -> None:
    """It is found by its qualified name."""
    assert b"some words!" == called(f"{NAME}:Upper.inside")


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME}:none",
        f"{NAME}:Upper.none",
        "no.such.module:upper",
        f"{NAME}:test_it.<locals>.upper",
        f"{NAME}:<lambda>",
        "__main__:upper",
        "",
        "a:b:c",
    ],
)
def test_what_is_not_to_be_found_is_a_broken_definition(name: str) -> None:
    """The error has the name, and says where it has to stand."""
    with pytest.raises(DefinitionError, match="is not to be found") as caught:
        called(name)
    assert name in caught.value.message
    assert "in a module" in caught.value.hint


@pytest.mark.parametrize(("name", "returned"), [("nothing", "None"), ("text", "StringIO")])
def test_what_returns_no_bytes_is_a_broken_definition(name: str, returned: str) -> None:
    """It says what came instead."""
    with pytest.raises(DefinitionError, match=f"{NAME}:{name} returned .*{returned}"):
        called(f"{NAME}:{name}")


def test_what_cannot_be_called_is_an_error() -> None:
    """It may be a constant of that name."""
    with pytest.raises(TypeError, match="not callable"):
        called(f"{NAME}:number")


SOURCE = """
    import io

    class Shout(Transform):
        def __call__(self, fileobj):
            return io.BytesIO(fileobj.read().upper())

    def fail(stream):
        raise ValueError("not a text")

    @filedownloader("a.txt", {url!r}, transforms={chain})
    @dataset(File)
    def one(a):
        return {{"path": a}}
"""


def test_a_file_goes_through_a_function_of_its_definition(site: Path, tmp_path: Path) -> None:
    """As any other transformation, in a chain with others."""
    (tmp_path / "raw.txt").write_text("one\ntwo\n")
    chain = "Shout() | Filter('TWO') | Shout()"
    define(site, SOURCE.format(url=(tmp_path / "raw.txt").as_uri(), chain=chain))
    assert "TWO\n" == Context().prepare("org.example.one").path.read_text()


@pytest.mark.parametrize(
    ("chain", "error", "why"),
    [
        ("Apply(fail)", ContentError, "raw.txt: call fails: not a text"),
        ("Apply(lambda stream: stream)", DefinitionError, "<lambda> is not to be found"),
    ],
)
def test_a_function_that_fails_is_named(
    chain: str, error: type[Exception], why: str, site: Path, tmp_path: Path
) -> None:
    """What it refuses is wrong content; what cannot be called is a broken definition."""
    (tmp_path / "raw.txt").write_text("one\n")
    define(site, SOURCE.format(url=(tmp_path / "raw.txt").as_uri(), chain=chain))
    with pytest.raises(error, match=why):
        Context().prepare("org.example.one")
