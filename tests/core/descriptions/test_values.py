"""Data objects as plain values, and back again."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.data import Base, File, Generic
from datamaestro.descriptions.definition import Described
from datamaestro.descriptions.values import Folders, Unsayable, made, said
from datamaestro.errors import DefinitionError, PluginError
from datamaestro.store.descriptions import Description
from datamaestro.store.layout import Store

HERE, THERE = (
    Folders(Store(Path("/", name)), "org.example.words@acme", ("org.example.other[a=b]@acme",))
    for name in ("here", "there")
)
OWN = Path("/here/data/acme/org/example/words")

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
paths = st.sampled_from([OWN, OWN / "a/b.txt", OWN.parent / "other/c", Path("/somewhere/else")])
hashable = st.recursive(scalars | paths, lambda one: st.tuples(one, one), max_leaves=4)
values = st.recursive(
    hashable | st.frozensets(scalars, max_size=3),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(hashable, one, max_size=3),
    max_leaves=10,
)
plain = st.recursive(
    scalars,
    lambda one: (
        st.lists(one, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "path", "of", "items", "types", "fields", "values", "unset"]),
            one | st.sampled_from(["data", "path", "dict", "set", "tuple", "text"]),
        )
    ),
    max_leaves=12,
)


def through_json(value: object, before: Folders = HERE, after: Folders = HERE) -> Any:
    """Return a value that has been said, written and read."""
    return made(json.loads(json.dumps(said(value, before))), after)


@given(values)
def test_values_come_back(value: object) -> None:
    """As they were, wherever they are written."""
    assert value == through_json(value)


def test_paths_go_along() -> None:
    """Those of the data set, and of those that it is made of; also where they are texts."""
    other = Path("/here/data/acme/org/example/other/c")
    moved = through_json([OWN / "a", str(OWN / "b"), other, Path("/x")], HERE, THERE)
    below = Path("/there/data/acme/org/example")
    assert [below / "words/a", str(below / "words/b"), below / "other/c", Path("/x")] == moved


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "", "a\0b"])
def test_no_path_leads_out_of_its_folder(path: str) -> None:
    """What says it may be damaged."""
    with pytest.raises(ValueError, match="is not a path below a folder"):
        made({"kind": "path", "path": path, "of": ""}, HERE)
    with pytest.raises(ValueError, match="is not a path below a folder"):
        made({"kind": "path", "path": "x", "of": "org.example.stranger@acme"}, HERE)


def test_what_is_in_itself_is_not_said() -> None:
    """Nor is what only its program knows; of a datum, the rest is."""
    circle: list[Any] = []
    circle.append(circle)
    for value in (circle, open, [open]):
        with pytest.raises(Unsayable):
            said(value, HERE)
    data = through_json(Generic(id="x", opened=open, number=1))
    assert ("x", 1, False) == (data.id, data.number, hasattr(data, "opened"))


@define(slots=False, kw_only=True, eq=False)
class Words(File):
    """Words of a language."""

    language: str


WORDS = Words(id="w", path=OWN / "a.txt", language="de")


def test_a_type_that_is_here_is_used() -> None:
    """With all that it does."""
    assert type(through_json(WORDS)) is Words


def test_a_type_that_is_not_here_keeps_its_ancestors() -> None:
    """It has its name and fields, and what is said of it is the same."""
    plain = said(WORDS, HERE)
    plain["types"][0] = "gone.module:Words"
    data = made(plain, HERE)
    assert isinstance(data, File)
    assert "Words" == type(data).__name__
    assert ("w", OWN / "a.txt", "de") == (data.id, data.path, vars(data)["language"])
    assert plain == said(data, HERE)
    for other in (pickle.loads(pickle.dumps(data)), copy.deepcopy(data)):
        assert (type(data), plain) == (type(other), said(other, HERE))


def test_fields_keep_their_order() -> None:
    """So that what is printed of a stand-in is what is printed of the type itself."""
    fields = {"order": 1, "items": 2, "middle": 3}
    plain = {"kind": "data", "types": ["gone:X"], "fields": fields, "unset": [], "values": {}}
    data = made(plain, HERE)
    assert list(fields) == [name for name in vars(data) if name in fields]


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "a=1):\n    import os",
        "class",
        "__class__",
        "_x",
        "download",
        "\uff41",
        "prepare",
        "",
    ],
)
def test_what_is_no_field_becomes_none(name: str) -> None:
    """A name becomes part of a program, so it has to be a word, and stand for nothing else."""
    plain = {"kind": "data", "types": ["gone:X"], "fields": {name: 1}, "unset": [], "values": {}}
    data = made(plain, HERE)
    assert 1 not in vars(data).values()
    assert callable(data.prepare)


@pytest.mark.parametrize(
    "name",
    [
        *("os:system", "antigravity:x", "this:x", "datamaestro.__main__:cli", "a..b:c", ":", ""),
        *("datamaestro.context:Context", "datamaestro.data:Base.prepare", "datamaestro.data:none"),
        "\xe9\0:x",
    ],
)
def test_nothing_but_types_of_data_is_used(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """And no module is imported that does not belong to datamaestro or its plugins."""
    plain = {"kind": "data", "types": [name], "fields": {}, "unset": [], "values": {}}
    assert isinstance(made(plain, HERE), Base)
    assert ("", "") == capfd.readouterr()


@given(plain)
def test_odd_descriptions_are_refused(data: Any) -> None:
    """With an error of ours, or they are no harm."""
    card = {"id": "org.example.words", "repository": "acme"}
    variants = ({"selector": "", "chosen": {}, "data": data},)
    try:
        found = Described(Description(card, variants), Store(Path("/here"))).build({})
    except (DefinitionError, PluginError):
        return
    assert isinstance(found, Base)


@given(plain, st.sampled_from(["resources", "axes", "terms", "x", "tags"]))
def test_odd_cards_are_refused(value: Any, field: str) -> None:
    """Likewise."""
    card = {"id": "org.example.words", "repository": "acme", field: value}
    try:
        Described(Description(card), Store(Path("/here")))
    except DefinitionError:
        return
