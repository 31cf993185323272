"""Transports: targets and offers, as they are read from anybody."""

import json
import sys
from collections.abc import Iterable
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.plugins.candidates import Candidate
from datamaestro.plugins.manager import PluginManager
from datamaestro.plugins.services import Plugins
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.errors import ContentError, PluginError, UsageError
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.offers import Offer, offers_of_lines
from datamaestro_hookspecs.sides import Side
from datamaestro_hookspecs.transports import Opening, Transport, scheme_of

WORDS = st.text(st.characters(exclude_characters="/\0"), min_size=1).filter(
    lambda word: word not in (".", "..")
)


@hookimpl
def datamaestro_transports() -> list[Transport]:
    """Return a transport that this module has itself."""
    return [Transport("nowhere", ("nowhere",), f"{__name__}:Nowhere")]


class Nowhere:
    """Opens what is neither a source nor a receiver."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def open(self, opening: Opening) -> Side:
        return self


def facts(path: str) -> FileFacts:
    return FileFacts(path, 3, 17, "0" * 64)


@pytest.mark.parametrize(
    ("target", "scheme"),
    [
        ("/mnt/disk", "file"),
        ("disk", "file"),
        ("./a:b", "file"),
        ("~/data", "file"),
        ("", "file"),
        ("file:/mnt/disk", "file"),
        ("FILE:///mnt/disk", "file"),
        ("file:data", "ssh"),
        ("host:", "ssh"),
        ("me@host:data", "ssh"),
        ("host:/data/a:b", "ssh"),
        ("ssh://me@host:22/data", "ssh"),
        ("S3://bucket/data", "s3"),
    ],
)
def test_a_target_has_a_scheme_or_stands_for_one(target: str, scheme: str) -> None:
    """What has a colon before the first slash is a host, as scp has it; other texts are paths."""
    assert scheme == scheme_of(target)


def test_a_transport_is_found_by_its_scheme() -> None:
    """An installed plugin's, made on first use; where there is none, the error names the target."""
    here = Candidate("nowhere", __name__, "", lambda: sys.modules[__name__])
    found = Plugins(PluginManager.load([here]))
    assert "Nowhere" == type(found.transport("nowhere://a/b")).__name__
    with pytest.raises(UsageError, match="nowhere://a"):
        found.hosts("nowhere://a")
    with pytest.raises(PluginError, match="scheme s3"):
        found.transport("s3://bucket")


@given(st.lists(st.lists(WORDS, min_size=1, max_size=3).map("/".join), unique=True), st.text())
def test_an_offer_is_the_same_after_its_lines(paths: list[str], description: str) -> None:
    """Whatever names and texts are in it, unless a file is where another one needs a folder."""
    offer = Offer("a.b@c", {"X": {"path": "x"}}, tuple(map(facts, sorted(paths))), description)
    lines = [*offer.lines()] * 2
    if any(other.startswith(f"{path}/") for path in paths for other in paths):
        with pytest.raises(ContentError):
            list(offers_of_lines(lines))
    else:
        assert [offer, offer] == list(offers_of_lines(lines))
        assert 3 * len(paths) == offer.size


@pytest.mark.parametrize(
    "change",
    [
        {"files": 2},
        {"files": "many"},
        {"record": []},
        {"dataset": 3},
        {"needs": [3]},
        {"missing": None},
    ],
    ids=str,
)
def test_a_wrong_offer_is_an_error_of_one_line(change: dict[str, Any]) -> None:
    """A stranger may have written it."""
    head, *files = Offer("a@c", {}, (facts("x"),)).lines()
    wrong = json.dumps(json.loads(head) | change)
    with pytest.raises(ContentError) as caught:
        list(offers_of_lines([wrong, *files]))
    assert 1 == len(str(caught.value).splitlines())


@pytest.mark.parametrize(
    "paths",
    [["/etc/passwd"], ["../x"], ["a/../../x"], ["a", "a"], ["a", "a/b"], ["a/b/c", "a"], ["a\0"]],
    ids=str,
)
def test_an_offer_has_each_path_once_and_inside(paths: Iterable[str]) -> None:
    """Nothing leads out of the data set's folder, or is in the way of another file."""
    lines = Offer("a@c", {}, tuple(map(facts, paths))).lines()
    with pytest.raises(ContentError):
        Offer.of_lines(lines)


@given(st.lists(st.one_of(st.text(), st.binary())))
def test_lines_of_anything_are_read_or_refused(lines: list[str | bytes]) -> None:
    """There is no other error."""
    try:
        list(offers_of_lines(lines))
    except ContentError:
        return
    assert not lines
