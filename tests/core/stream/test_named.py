"""Transformations that built-in plugins carry out, and what they are told."""

from typing import Any

import pytest

import datamaestro.stream as stream
from datamaestro.plugins.registry import plugins
from datamaestro.stream import (
    Bunzip2,
    Decode,
    Expand,
    Filter,
    Gunzip,
    Head,
    Named,
    Replace,
    Transform,
    Unpack,
    Untar,
    Unxz,
    Unzip,
    Unzstd,
)
from datamaestro_hookspecs.cards import EXPAND, UNPACK

SAID: list[tuple[Named, str, dict[str, Any]]] = [
    (Gunzip(), "gunzip", {}),
    (Gunzip(trailing=True), "gunzip", {"trailing": True}),
    (Bunzip2(trailing=False), "bunzip2", {"trailing": False}),
    (Unxz(), "unxz", {}),
    (Unzstd(window_log=27), "unzstd", {"window_log": 27}),
    (Expand(), EXPAND, {}),
    (Decode("latin-1"), "decode", {"encoding": "latin-1"}),
    (Decode("ascii", "replace"), "decode", {"encoding": "ascii", "errors": "replace"}),
    (Filter("^en"), "lines", {"keep": "^en"}),
    (Replace("a", ""), "lines", {"pattern": "a", "replacement": ""}),
    (Head(0), "lines", {"head": 0}),
    (Unpack(), UNPACK, {}),
    (Untar("a", "b/*"), "untar", {"files": ("a", "b/*")}),
    (Unzip(subpath="x", strip=2), "unzip", {"subpath": "x", "strip": 2}),
    (Unzip("a", password="p", encoding=None), "unzip", {"files": ("a",), "password": "p"}),
]


@pytest.mark.parametrize(("transform", "name", "options"), SAID)
def test_what_is_said_is_what_the_plugin_is_told(
    transform: Named, name: str, options: dict[str, Any]
) -> None:
    """What is not said is left to the plugin, so that it is no part of the recipe."""
    (step,) = transform.steps()
    assert (name, options) == (step.name, step.options)


@pytest.mark.parametrize("name", sorted({name for _, name, _ in SAID} - {EXPAND, UNPACK}))
def test_some_plugin_does_it(name: str) -> None:
    """Under that name."""
    found = plugins().unpacker(name) or plugins().transformer(name)
    assert name == found[0].name


def test_all_of_them_are_in_one_place() -> None:
    """One import brings each; a class that is not there would be forgotten."""
    found = {name for name, kind in vars(stream).items() if isinstance(kind, type)}
    assert set(stream.__all__) == found
    assert all(issubclass(getattr(stream, name), Transform) for name in found)
    shown = {type(transform).__name__ for transform, _, _ in SAID}
    assert found - shown == {"Apply", "Identity", "Named", "Transform", "TransformList"}
