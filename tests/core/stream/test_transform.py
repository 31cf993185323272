"""What is done to the bytes of a file, as a definition says it."""

import gzip
import io
from collections.abc import Callable
from typing import Any

import pytest

from datamaestro.errors import DefinitionError, PluginError
from datamaestro.stream import Apply, Gunzip, Identity, Named, Transform, TransformList
from datamaestro.stream.transform import steps_of
from datamaestro_hookspecs import cards

NAME = __name__


def shouted(stream: io.BufferedIOBase) -> io.BufferedIOBase:
    return io.BytesIO(stream.read().upper())


class Shout(Transform):
    """As datamaestro 1.16 had them."""

    def __call__(self, fileobj: io.BufferedIOBase) -> io.BufferedIOBase:
        return shouted(fileobj)


class Twice(Shout):
    def __call__(self, fileobj: io.BufferedIOBase) -> io.BufferedIOBase:
        return io.BytesIO(2 * super().__call__(fileobj).read())


class Cut(Transform):
    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, fileobj: io.BufferedIOBase) -> io.BufferedIOBase:
        return io.BytesIO(fileobj.read(self.size))


class Nothing(Transform):
    """Somebody has forgotten the method."""


def called(name: str) -> cards.Transform:
    return cards.Transform("call", {"function": f"{NAME}:{name}"})


GUNZIP, ROT = cards.Transform("gunzip"), cards.Transform("rot", {"by": 13})

CHAINS: list[tuple[Callable[[], Any], tuple[cards.Transform, ...]]] = [
    (lambda: Gunzip() | Named("rot", by=13), (GUNZIP, ROT)),
    (lambda: Gunzip() | "rot" | Shout(), (GUNZIP, cards.Transform("rot"), called("Shout"))),
    (lambda: "gunzip" | Shout(), (GUNZIP, called("Shout"))),
    (lambda: Gunzip() | (Shout() | Gunzip()), (GUNZIP, called("Shout"), GUNZIP)),
    (lambda: Gunzip() | GUNZIP, (GUNZIP, GUNZIP)),
    (lambda: TransformList(Gunzip(), ROT, "gunzip"), (GUNZIP, ROT, GUNZIP)),
    (lambda: TransformList(), ()),
    (lambda: Identity(), ()),
    (lambda: Identity() | Gunzip() | Identity(), (GUNZIP,)),
    (lambda: "gunzip", (GUNZIP,)),
    (lambda: ["gunzip", Shout(), [ROT]], (GUNZIP, called("Shout"), ROT)),
    (list, ()),
    (lambda: iter([Gunzip()]), (GUNZIP,)),
    (lambda: Apply(shouted), (called("shouted"),)),
    (lambda: Apply(Shout), (called("Shout"),)),
    (lambda: Twice(), (called("Twice"),)),
    (lambda: Named("rot", by=13, to=None), (ROT,)),
]


@pytest.mark.parametrize(("make", "expected"), CHAINS)
def test_a_chain_is_its_steps(
    make: Callable[[], Any], expected: tuple[cards.Transform, ...]
) -> None:
    """In their order, however it is put together."""
    assert expected == steps_of(make())


def test_a_chain_grows() -> None:
    """``append`` adds one at the end; chaining makes another chain."""
    chain = TransformList(Gunzip())
    longer = chain | Shout()
    chain.append(Named("rot", by=13))
    chain.append("gunzip")
    assert (GUNZIP, ROT, GUNZIP) == chain.steps()
    assert (GUNZIP, ROT, GUNZIP, called("Shout")) == longer.steps()
    assert [Gunzip, Named, str] == [type(each) for each in chain.chain]


@pytest.mark.parametrize(
    ("wrong", "right"), [(Gunzip, r"Gunzip\(\)"), (shouted, r"Apply\(shouted\)")]
)
def test_what_was_almost_said_is_told(wrong: Any, right: str) -> None:
    """A class instead of an object, a function instead of its name: the hint is what to write."""
    with pytest.raises(DefinitionError, match=f"write {right}"):
        steps_of(wrong)


@pytest.mark.parametrize("wrong", [None, 3, b"gunzip", [None], object()])
def test_what_is_no_transformation_is_a_broken_definition(wrong: Any) -> None:
    """The error shows it."""
    with pytest.raises(DefinitionError, match="is no transformation"):
        steps_of(wrong)


def test_a_state_is_refused() -> None:
    """A card has names and plain options; an object's own attributes would be lost."""
    with pytest.raises(DefinitionError, match="the transformation Cut has a state: size") as caught:
        steps_of(Gunzip() | Cut(3))
    assert "Apply" in caught.value.hint


@pytest.mark.parametrize("empty", [Nothing(), Transform()])
def test_what_does_nothing_is_refused(empty: Transform) -> None:
    """It would call itself without end."""
    with pytest.raises(DefinitionError, match="has no method __call__"):
        empty.steps()
    with pytest.raises(DefinitionError, match="has no method __call__"):
        empty(io.BytesIO())


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (Gunzip() | Shout(), b"SOME WORDS"),
        (Gunzip() | Apply(shouted), b"SOME WORDS"),
        (Gunzip() | Twice(), b"SOME WORDSSOME WORDS"),
        (Gunzip(), b"some words"),
        (Identity(), gzip.compress(b"some words", mtime=0)),
    ],
)
def test_a_chain_is_called_on_a_stream(transform: Transform, expected: bytes) -> None:
    """Plugins do the work, as they do it while something arrives."""
    stream = transform(io.BytesIO(gzip.compress(b"some words", mtime=0)))
    assert expected == stream.read()


def test_one_of_ones_own_is_called_directly() -> None:
    """Whatever state it has."""
    assert b"abc" == Cut(3)(io.BytesIO(b"abcdef")).read()


def test_what_no_plugin_does_is_an_error() -> None:
    """It names the transformation."""
    with pytest.raises(PluginError, match="no plugin for the transformation rot"):
        (Gunzip() | "rot")(io.BytesIO(gzip.compress(b"")))


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (Gunzip(), "gunzip({})"),
        (Gunzip() | Named("rot", by=13), "gunzip({}) | rot({'by': 13})"),
        (Apply(shouted), f"call({{'function': '{NAME}:shouted'}})"),
        (Identity(), "nothing"),
    ],
)
def test_a_chain_shows_its_steps(transform: Transform, expected: str) -> None:
    """With what each is told."""
    assert expected == repr(transform)


def test_steps_may_be_compared() -> None:
    """The recipe of a file is made of them."""
    assert steps_of(Gunzip() | "rot") == steps_of(["gunzip", "rot"])
    assert steps_of(Named("rot", by=13)) != steps_of(Named("rot", by=12))
